/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The pass over all followed sockets. One run compares every socket with its
 * last report, and writes a record if they differ. An idle connection costs the
 * comparison. If the records do not fit, user space reads them and runs the
 * program again from the next bucket on.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "walk/pass_tcp.bpf.h"
#include "walk/pass_udp.bpf.h"

#include "record.h"

/*
 * The slot can outlive the socket. Reading freed memory does not fault, and the
 * cookie is compared again after the read.
 */
static __always_inline void visit(__u32 slot, __u64 cookie, const bool typed)
{
	struct nettop_status *s = status_of();
	struct tracked *t = entry_of(slot, cookie);

	if (!s || !t)
		return;
	if (t->is_udp) {
		visit_udp(s, t, slot, cookie, typed);
		return;
	}
	visit_tcp(s, t, slot, cookie, typed);
}

/* Not static: the verifier checks it once, not at each call. */
__noinline int visit_typed(__u32 slot, __u64 cookie)
{
	visit(slot, cookie, true);
	return 0;
}

__noinline int visit_untyped(__u32 slot, __u64 cookie)
{
	visit(slot, cookie, false);
	return 0;
}

/*
 * Whether this bucket belongs to this round, and its records fit. `ends`: whether
 * the round ends here.
 */
static __always_inline bool can_visit(__u32 number, bool *ends)
{
	struct nettop_status *s = status_of();

	*ends = true;
	if (!s || number >= table.buckets)
		return false;
	if (s->changed + NETTOP_BUCKET_SLOTS > config.changes) {
		s->next = number;
		return false;
	}
	*ends = false;
	return number >= s->first;
}

static long bucket_typed(struct bpf_map *map, __u32 *number, struct bucket *b, void *unused)
{
	bool ends;

	if (can_visit(*number, &ends))
		for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++) {
			__u64 cookie = *(volatile __u64 *)&b->cookie[i];

			if (cookie)
				visit_typed(*number * NETTOP_BUCKET_SLOTS + i, cookie);
		}
	return ends;
}

static long bucket_untyped(struct bpf_map *map, __u32 *number, struct bucket *b, void *unused)
{
	bool ends;

	if (can_visit(*number, &ends))
		for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++) {
			__u64 cookie = *(volatile __u64 *)&b->cookie[i];

			if (cookie)
				visit_untyped(*number * NETTOP_BUCKET_SLOTS + i, cookie);
		}
	return ends;
}

/* User space learns from them how long a jiffy is. */
static __always_inline void read_clocks(void)
{
	struct nettop_status *s = status_of();

	if (!s)
		return;
	s->jiffies = bpf_jiffies64();
	s->monotonic_ns = bpf_ktime_get_ns();
}

/* For Linux 6.2 and later, which can give an address a type. */
SEC("?syscall")
int pass_typed(void *ctx)
{
	read_clocks();
	return bpf_for_each_map_elem(&buckets, bucket_typed, 0, 0);
}

/* For older kernels. */
SEC("?syscall")
int pass_untyped(void *ctx)
{
	read_clocks();
	return bpf_for_each_map_elem(&buckets, bucket_untyped, 0, 0);
}
