/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Claims a slot for a socket that several CPUs can find at the same time. None
 * of them holds the socket lock.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"

#include "record.h"

enum claim {
	CLAIM_FULL = 1,	/* no room */
	CLAIM_LOST,	/* another CPU has, or is about to have, a slot for it */
	CLAIM_WON,
};

/* What a claimed slot has as its cookie. No socket has all bits of another's inverted. */
#define CLAIMED(cookie) (~(cookie))

/*
 * Whether another slot already stands for the socket that slot `own` is claimed
 * for. If both are only claimed, the one that comes first in the table wins and
 * the other claim is voided.
 */
__noinline int is_claimed_at(__u32 slot, __u64 cookie, __u32 own)
{
	struct tracked *t = slot_at(slot);
	__u64 state;

	if (!t || slot == own)
		return 0;
	state = t->cookie;
	if (state == CLAIMED(cookie)) {
		if (slot < own)
			return 1;
		state = __sync_val_compare_and_swap(&t->cookie, state, 0);
	}
	return state == cookie;
}

__noinline int is_claimed_in(__u32 number, __u64 cookie, __u32 own)
{
	struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

	if (!b)
		return 0;
	for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++)
		if (b->cookie[i] == cookie &&
		    is_claimed_at(number * NETTOP_BUCKET_SLOTS + i, cookie, own))
			return 1;
	return 0;
}

/*
 * The number of buckets is read after the claim, a full barrier: a CPU that has
 * claimed a slot in a larger table finds the claim of this one.
 */
__noinline int is_claimed_elsewhere(__u64 cookie, __u32 own)
{
	__u32 count = table.buckets;

	for (int i = 0; i <= MOST_GROWTHS && count >= config.first_buckets; i++) {
		if (is_claimed_in(bucket_of(cookie, 0, count), cookie, own) ||
		    is_claimed_in(bucket_of(cookie, 1, count), cookie, own))
			return 1;
		count /= NETTOP_TABLE_GROWTH;
	}
	return 0;
}

/*
 * Claims a free slot for a socket; negative (an enum claim) if the socket has
 * one already or there is no room.
 */
__noinline int claim_slot(__u64 cookie)
{
	struct tracked *t;
	int slot;

	if (find(cookie) >= 0)
		return -CLAIM_LOST;
	slot = take_slot(cookie);
	t = slot_at(slot);
	if (!t)
		return -CLAIM_FULL;
	__sync_lock_test_and_set(&t->cookie, CLAIMED(cookie));
	return slot;
}

/* Makes a claimed slot hold its socket, or frees the slot if another claim won. */
__noinline int settle_claim(__u32 slot, __u64 cookie)
{
	__u32 number = slot / NETTOP_BUCKET_SLOTS;
	struct bucket *b = bpf_map_lookup_elem(&buckets, &number);
	struct tracked *t = slot_at(slot);

	if (!b || !t)
		return CLAIM_FULL;
	if (!is_claimed_elsewhere(cookie, slot) &&
	    __sync_val_compare_and_swap(&t->cookie, CLAIMED(cookie), cookie) == CLAIMED(cookie))
		return CLAIM_WON;
	__sync_lock_test_and_set(&t->cookie, 0);
	__sync_lock_test_and_set(&b->cookie[slot % NETTOP_BUCKET_SLOTS], 0);
	return CLAIM_LOST;
}

/*
 * Follows a socket that several CPUs can find at the same time; exactly one of
 * them does. Each claims a slot before it looks for other claims. A CPU that
 * sees another claim either gives up its own or voids the other.
 */
static __always_inline int insert_once(const struct tracked *from)
{
	int slot = claim_slot(from->cookie);
	struct tracked *t = slot_at(slot);

	if (slot < 0)
		return -slot;
	if (!t)
		return CLAIM_FULL;
	fill(t, from);
	return settle_claim(slot, from->cookie);
}
