/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The table of followed sockets. Its key is the socket cookie, or for MPTCP a
 * key of our own (see tcp/mptcp.bpf.h).
 *
 * A socket has a slot in one of two buckets of two cache lines each. Finding,
 * taking and freeing a slot take a few loads and one compare-and-swap: no lock,
 * no allocation, and a third of the cost of a BPF hash over the life of a
 * connection. A pass reads the cookies sequentially.
 *
 * Each CPU numbers cookies in sequence, and the first bucket of four of them is the
 * same: sockets that open one after the other share cache lines, or have adjacent
 * ones. A hash of the cookie gives the second bucket.
 *
 * The table grows: user space multiplies the number of buckets. A socket stays
 * where it is, and is also looked for in the buckets that it had with fewer of them.
 *
 * The socket lock serializes everything that happens to one socket. Without it,
 * use claim.bpf.h.
 */
#pragma once

#include "core/cookie.bpf.h"
#include "core/events.bpf.h"
#include "core/order.bpf.h"
#include "core/prelude.bpf.h"
#include "core/status.bpf.h"
#include "core/tracked.bpf.h"

#include "record.h"

/* How often the number of buckets can be multiplied. */
#define MOST_GROWTHS 8

/* What user space changes while the programs run, in memory that it maps. */
volatile struct nettop_table table SEC(".data.table") = {};

/* Consecutive cookies that have the same first bucket: a power of two. */
#define COOKIES_TOGETHER 4

/* The index of the first or second bucket of a socket among so many. */
static __always_inline __u32 bucket_of(__u64 cookie, int choice, __u32 count)
{
	__u64 number = choice ? cookie * 0x9e3779b97f4a7c15ULL >> 32 :
				cookie / COOKIES_TOGETHER + sequence_start(cookie);

	return number & (count - 1);
}

/* Where a socket is in its bucket, unless another one was there first. */
static __always_inline __u32 place_of(__u64 cookie)
{
	return cookie % COOKIES_TOGETHER;
}

/*
 * The entry of a slot that holds this socket, else NULL. A slot that is being
 * filled or freed does not hold it. Whoever stored the cookie stored the other
 * fields before, and what is read through this entry is read after the cookie.
 */
static __always_inline struct tracked *entry_of(__u32 slot, __u64 cookie)
{
	struct tracked *t = slot_at(slot);
	__u64 held, zero;

	if (!t)
		return 0;
	held = t->cookie;
	zero = zero_after(held);
	t = held == cookie ? (void *)t + zero : 0;
	/* The verifier needs a comparison of the pointer, not of the cookies again. */
	barrier_var(t);
	return t;
}

/*
 * The number of a slot that holds this socket, else negative. What is read from
 * the slot with this number is read after its cookie.
 *
 * Not static, like the functions below: the verifier then checks the function
 * once, rather than at each call, which takes a second in total.
 */
__noinline int if_holds(__u32 slot, __u64 cookie)
{
	struct tracked *t = slot_at(slot);
	__u64 held, zero;

	if (!t)
		return -1;
	held = t->cookie;
	zero = zero_after(held);
	return held == cookie ? slot + zero : -1;
}

/* The slot of a socket in a bucket, else negative. */
__noinline int find_in(__u32 number, __u64 cookie)
{
	struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

	if (!b)
		return -1;
	for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++) {
		int slot;

		if (b->cookie[i] != cookie)
			continue;
		slot = if_holds(number * NETTOP_BUCKET_SLOTS + i, cookie);
		if (slot >= 0)
			return slot;
	}
	return -1;
}

static __always_inline int find_among(__u64 cookie, __u32 count)
{
	int slot = find_in(bucket_of(cookie, 0, count), cookie);

	return slot >= 0 ? slot : find_in(bucket_of(cookie, 1, count), cookie);
}

/* The slot of a socket; negative if it is not followed. */
__noinline int find(__u64 cookie)
{
	__u32 count = table.buckets;
	int slot = find_among(cookie, count);

	for (int i = 0; i < MOST_GROWTHS && slot < 0 && count > config.first_buckets; i++) {
		count /= NETTOP_TABLE_GROWTH;
		slot = find_among(cookie, count);
	}
	return slot;
}

__noinline int first_in(__u32 number, __u64 cookie)
{
	struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

	if (!b)
		return -1;
	for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++)
		if (b->cookie[i] == cookie)
			return number * NETTOP_BUCKET_SLOTS + i;
	return -1;
}

static __always_inline int first_among(__u64 cookie, __u32 count)
{
	int slot = first_in(bucket_of(cookie, 0, count), cookie);

	return slot >= 0 ? slot : first_in(bucket_of(cookie, 1, count), cookie);
}

/*
 * The first slot whose bucket has this cookie, whether or not it holds the socket;
 * negative if there is none.
 */
__noinline int first_with(__u64 cookie)
{
	__u32 count = table.buckets;
	int slot = first_among(cookie, count);

	for (int i = 0; i < MOST_GROWTHS && slot < 0 && count > config.first_buckets; i++) {
		count /= NETTOP_TABLE_GROWTH;
		slot = first_among(cookie, count);
	}
	return slot;
}

/*
 * The table entry of a socket, and its slot; NULL if it is not followed. The first
 * slot that has the cookie holds the socket, unless another CPU has claimed that one
 * for it too.
 */
static __always_inline struct tracked *lookup(__u64 cookie, int *slot)
{
	__u32 number = bucket_of(cookie, 0, table.buckets);
	struct bucket *b = bpf_map_lookup_elem(&buckets, &number);
	struct tracked *t;

	*slot = -1;
	if (!cookie)
		return 0;
	if (b && b->cookie[place_of(cookie)] == cookie)
		*slot = number * NETTOP_BUCKET_SLOTS + place_of(cookie);
	else
		*slot = first_with(cookie);
	if (*slot < 0)
		return 0;
	t = entry_of(*slot, cookie);
	if (t)
		return t;
	*slot = find(cookie);
	return slot_at(*slot);
}

/* The table entry of a socket; NULL if it is not followed. */
static __always_inline struct tracked *tracked_of(__u64 cookie)
{
	int slot;

	return lookup(cookie, &slot);
}

/* Fills a slot, except for its cookie. */
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

/*
 * Who finds so many slots taken says that the table should grow. Where all sockets
 * stay, buckets fill evenly, and three quarters of the table are taken by then. Where
 * few of many stay, that happens to one socket of a thousand at a load of 20 %, or
 * later.
 */
#define CROWDED_SLOTS 8

/* Wakes user space, once, so that the table has grown before it is full. */
__noinline int report_crowded(void)
{
	void *entry;

	if (table.crowded)
		return 0;
	table.crowded = 1;
	entry = bpf_ringbuf_reserve(&ended, sizeof(struct nettop_event), 0);
	if (entry)
		bpf_ringbuf_discard(entry, BPF_RB_FORCE_WAKEUP);
	return 0;
}

static __always_inline bool take_at(struct bucket *b, __u32 place, __u64 cookie)
{
	return !b->cookie[place] &&
	       !__sync_val_compare_and_swap(&b->cookie[place], 0, cookie);
}

/* Takes a free slot for a socket; negative if both buckets are full. */
__noinline int take_slot(__u64 cookie)
{
	__u32 count = table.buckets;

	for (int choice = 0; choice < 2; choice++) {
		__u32 number = bucket_of(cookie, choice, count);
		struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

		if (!b)
			return -1;
		if (take_at(b, place_of(cookie), cookie))
			return number * NETTOP_BUCKET_SLOTS + place_of(cookie);
		for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++) {
			__u32 place = (i + COOKIES_TOGETHER) % NETTOP_BUCKET_SLOTS;

			if (!take_at(b, place, cookie))
				continue;
			if (i >= CROWDED_SLOTS)
				report_crowded();
			return number * NETTOP_BUCKET_SLOTS + place;
		}
	}
	report_crowded();
	return -1;
}

/* A word of any fields. */
typedef __u64 __attribute__((may_alias)) word;

/*
 * Takes a slot for a socket that has just opened; NULL if there is no room. The
 * socket lock makes sure that only one CPU does. The caller fills the slot, in
 * which nothing is known yet, and passes it to hold().
 */
static __always_inline struct tracked *open_slot(__u64 cookie, struct sock *sk)
{
	struct tracked *t = slot_at(take_slot(cookie));

	if (!t)
		return 0;
	/* All but the cookie, which other CPUs read. As words: memset() would store bytes. */
	for (__u32 i = 1; i < sizeof(*t) / sizeof(word); i++)
		((word *)t)[i] = 0;
	t->socket = sk;
	t->opened_ns = bpf_ktime_get_boot_ns();
	t->unreported = 1;
	t->reset_reason = NO_REASON;
	return t;
}

/* Last, with a full barrier: from now on the slot holds the socket. */
static __always_inline void hold(struct tracked *t, __u64 cookie)
{
	__sync_lock_test_and_set(&t->cookie, cookie);
}

/*
 * Frees the slot of a socket, which has this entry; false if it no longer holds
 * that socket. The entry is voided before the slot can be taken again.
 */
static __always_inline bool release_entry(struct tracked *t, __u32 slot, __u64 cookie)
{
	__u32 number = slot / NETTOP_BUCKET_SLOTS;
	struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

	if (!b || !t || !cookie ||
	    __sync_val_compare_and_swap(&t->cookie, cookie, 0) != cookie)
		return false;
	/*
	 * No race: only the CPU that voided the entry gets here, and nobody
	 * takes the slot before this store.
	 */
	__sync_lock_test_and_set(&b->cookie[slot % NETTOP_BUCKET_SLOTS], 0);
	return true;
}

static __always_inline bool release(__u32 slot, __u64 cookie)
{
	return release_entry(slot_at(slot), slot, cookie);
}

static __always_inline bool forget(int slot, __u64 cookie)
{
	return slot >= 0 && release(slot, cookie);
}
