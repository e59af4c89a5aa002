/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The table of followed sockets, by their cookie; those of MPTCP by a key of ours.
 *
 * A socket has a slot in one of two buckets, each of two cache lines. Finding,
 * taking and leaving a slot are a few loads and one compare-and-swap: no lock,
 * no allocation, and a third of what a BPF hash costs over the life of a
 * connection. A pass walks the cookies, one after the other in memory.
 *
 * The socket lock orders all that happens to one socket.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/status.bpf.h"
#include "core/tracked.bpf.h"

#include "record.h"

/* The number of a socket's first or second bucket. */
static __always_inline __u32 bucket_of(__u64 cookie, int choice)
{
	__u64 hash = cookie * 0x9e3779b97f4a7c15ULL;

	return (choice ? hash >> 16 : hash >> 40) & (config.buckets - 1);
}

/*
 * Whether a slot holds for a socket: not while it is being filled or freed. This
 * and others are not static, so that the verifier checks them once and not at
 * each of their uses, which would take it a second.
 */
__noinline int holds(__u32 slot, __u64 cookie)
{
	struct tracked *t = slot_at(slot);

	return t && t->cookie == cookie;
}

/* The number of the slot of a socket; negative if it is not followed. */
__noinline int find(__u64 cookie)
{
	for (int choice = 0; choice < 2; choice++) {
		__u32 number = bucket_of(cookie, choice);
		struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

		if (!b)
			return -1;
		for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++)
			if (b->cookie[i] == cookie &&
			    holds(number * NETTOP_BUCKET_SLOTS + i, cookie))
				return number * NETTOP_BUCKET_SLOTS + i;
	}
	return -1;
}

/* What is kept of a socket; NULL where it is not followed. */
static __always_inline struct tracked *tracked_of(__u64 cookie)
{
	return cookie ? slot_at(find(cookie)) : 0;
}

/* Writes all of a slot but its cookie. */
static __always_inline void fill(struct tracked *t, const struct tracked *from)
{
	t->socket = from->socket;
	t->opened_ns = from->opened_ns;
	t->owner = from->owner;
	t->parent = from->parent;
	t->parent_opened_ns = from->parent_opened_ns;
	t->address[0] = from->address[0];
	t->address[1] = from->address[1];
	t->address[2] = from->address[2];
	t->address[3] = from->address[3];
	t->scan = from->scan;
	t->state = 0;
	t->direction = from->direction;
	t->owner_source = from->owner_source;
	t->unreported = 1;
	t->kind = from->kind;
	t->is_v6 = from->is_v6;
	t->error = from->error;
	t->is_udp = from->is_udp;
	t->has_record = from->has_record;
	t->was_found = from->was_found;
	t->retrans = from->retrans;
	t->rto_retrans = 0;
	t->fast_retrans = 0;
	t->tlp_retrans = 0;
	t->syn_retrans = from->syn_retrans;
	t->flags = 0;
	t->reset_reason = NO_REASON;
	t->sends_syn = from->sends_syn;
	t->local_port = from->local_port;
	t->remote_port = from->remote_port;
	t->netns = from->netns;
}

/* Takes a free slot for a socket; negative if both buckets are full. */
__noinline int take_slot(__u64 cookie)
{
	for (int choice = 0; choice < 2; choice++) {
		__u32 number = bucket_of(cookie, choice);
		struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

		if (!b)
			return -1;
		for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++)
			if (!b->cookie[i] &&
			    !__sync_val_compare_and_swap(&b->cookie[i], 0, cookie))
				return number * NETTOP_BUCKET_SLOTS + i;
	}
	return -1;
}

/*
 * Follows a socket that opens, which its lock lets only one do; false if there
 * is no room.
 */
static __always_inline bool insert(const struct tracked *from)
{
	struct tracked *t = slot_at(take_slot(from->cookie));

	if (!t)
		return false;
	fill(t, from);
	/* After all others: from now on the slot holds. */
	__sync_lock_test_and_set(&t->cookie, from->cookie);
	return true;
}

/*
 * Frees the slot of this socket, unless that is done already: a slot can be
 * another socket's by now. Its content is void before another can take it.
 */
static __always_inline bool release(__u32 slot, __u64 cookie)
{
	__u32 number = slot / NETTOP_BUCKET_SLOTS;
	struct bucket *b = bpf_map_lookup_elem(&buckets, &number);
	struct tracked *t = slot_at(slot);

	if (!b || !t || !cookie ||
	    __sync_val_compare_and_swap(&t->cookie, cookie, 0) != cookie)
		return false;
	/* Nobody else writes it: only who voided the slot, and it is taken only once it is free. */
	__sync_lock_test_and_set(&b->cookie[slot % NETTOP_BUCKET_SLOTS], 0);
	return true;
}

static __always_inline bool forget(int slot, __u64 cookie)
{
	return slot >= 0 && release(slot, cookie);
}
