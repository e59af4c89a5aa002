/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Attempts to connect that have failed, until the call of connect returns. */
#pragma once

#include "core/prelude.bpf.h"

/* The attempt of a task that ended last. Used only if the end of connect is hooked. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);		/* bpf_get_current_pid_tgid() */
	__type(value, __u64);		/* cookie */
} attempts SEC(".maps");
