/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The sockets that a pass reports. */
#pragma once

#include "core/prelude.bpf.h"

#include "record.h"

/* The first nettop_status.changed records are those of the last round. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct nettop_record);
} changes SEC(".maps");
