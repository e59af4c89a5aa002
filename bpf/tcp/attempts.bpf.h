/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Attempts to connect that ended within the call of connect. */
#pragma once

#include "core/prelude.bpf.h"

/* Where the result of connect is hooked: the attempt that this task just saw end. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);		/* bpf_get_current_pid_tgid() */
	__type(value, __u64);		/* cookie */
} attempts SEC(".maps");
