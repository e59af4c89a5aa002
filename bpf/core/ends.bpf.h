/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The sockets whose end was told last: a program that comes later asks whether
 * it was, and a scan that meets a socket while it ends.
 */
#pragma once

#include "core/prelude.bpf.h"

#define LAST_ENDS_BITS 14

/* By a hash of their cookie, of which others can have the same: then it is forgotten. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << LAST_ENDS_BITS);
	__type(key, __u32);
	__type(value, __u64);
} last_ends SEC(".maps");

static __always_inline __u32 place_of_end(__u64 cookie)
{
	return (cookie * 0x9e3779b97f4a7c15ULL) >> (64 - LAST_ENDS_BITS);
}

static __always_inline __u64 *last_end_like(__u64 cookie)
{
	__u32 place = place_of_end(cookie);

	return bpf_map_lookup_elem(&last_ends, &place);
}

/* Ordered before what follows: who takes a slot for the socket sees it, or the slot is seen. */
static __always_inline void note_end(__u64 cookie)
{
	__u64 *last = last_end_like(cookie);

	if (last)
		__sync_lock_test_and_set(last, cookie);
}

static __always_inline bool has_ended(__u64 cookie)
{
	__u64 *last = last_end_like(cookie);

	return last && *last == cookie;
}

/* The socket connects again, or another one has its key. */
static __always_inline void forget_end(__u64 cookie)
{
	__u64 *last = last_end_like(cookie);

	if (last && *last == cookie)
		*last = 0;
}
