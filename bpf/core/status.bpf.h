/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The configuration, which user space sets before loading, and the counters
 * that it shares with the programs while they run.
 */
#pragma once

#include "core/prelude.bpf.h"

#include "record.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct nettop_status);
} status SEC(".maps");

const volatile struct nettop_config config SEC(".rodata.config") = {};

static __always_inline struct nettop_status *status_of(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&status, &zero);
}
