/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The sockets that ended last. A program that runs later asks whether the end
 * of a socket was reported, and so does a scan that meets a socket while it
 * ends.
 */
#pragma once

#include "core/cookie.bpf.h"
#include "core/prelude.bpf.h"

#define LAST_ENDS_BITS 14

/*
 * Indexed by the cookie. Each CPU numbers cookies in sequence, so ends of sockets
 * that opened one after the other share a cache line. A later end with the same
 * index replaces an earlier one.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << LAST_ENDS_BITS);
	__type(key, __u32);
	__type(value, __u64);
} last_ends SEC(".maps");

static __always_inline __u32 end_index(__u64 cookie)
{
	return (cookie + sequence_start(cookie)) & ((1 << LAST_ENDS_BITS) - 1);
}

static __always_inline __u64 *last_end_entry(__u64 cookie)
{
	__u32 index = end_index(cookie);

	return bpf_map_lookup_elem(&last_ends, &index);
}

/*
 * A full barrier: either a CPU that takes a slot for the socket sees the end
 * here, or the caller, which looks the socket up next, sees that slot.
 */
static __always_inline void remember_end(__u64 cookie)
{
	__u64 *last = last_end_entry(cookie);

	if (last)
		__sync_lock_test_and_set(last, cookie);
}

static __always_inline bool has_ended(__u64 cookie)
{
	__u64 *last = last_end_entry(cookie);

	return last && *last == cookie;
}

/* The socket connects again, or another socket has its key. */
static __always_inline void forget_end(__u64 cookie)
{
	__u64 *last = last_end_entry(cookie);

	if (last && *last == cookie)
		*last = 0;
}
