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

/* Beside the state in tracked.state: it was reported as orphaned. */
#define ORPHANED 0x80

/* What tells of a UDP socket that it is as it was, but for its drops. */
struct udp_marks {
	__u32 unread;
	__u32 unsent;
	__u32 ports;		/* local and remote */
	__u32 remote;		/* of its address, what makes it another one */
};

/*
 * What is kept of a live socket: who opened it and when, and what was last
 * reported. Its figures stay where they are, in the socket.
 */
struct tracked {
	volatile __u64 cookie;	/* as in the bucket, else the slot is being filled */
	struct sock *socket;
	__u64 opened_ns;
	struct nettop_owner owner;
	__u64 parent;		/* subflow: key of its MPTCP connection, */
	__u64 parent_opened_ns;	/* and when that opened */
	/* As last reported: no figure changes without one of these. */
	union {
		struct {
			union {
				struct {
					__u32 segs_in;
					__u32 segs_out;
				};
				/* A listener has no segments: handshakes completed. */
				__u64 accepted;
			};
			__u32 write_seq;
			__u32 copied_seq;
		};
		struct udp_marks udp;
		/* Of TCP before its first record; IPv4: the local one, the remote one. */
		__u32 address[4];
	};
	union {
		__u32 drops;
		__u32 local_port;	/* with the address */
	};
	__u32 scan;		/* the last scan that found the owner holding it */
	__u8 state;		/* TCP_*, with ORPHANED */
	__u8 direction;
	__u8 owner_source;
	__u8 unreported;	/* a record is due whatever the figures */
	__u8 kind;		/* KIND_* */
	__u8 is_v6;		/* with the address */
	__u16 error;		/* MPTCP: what its last subflow ended with; else see error.bpf.h */
	__u8 is_udp;
	__u8 has_record;	/* there is a row, or a flow of it: so the end of UDP is told */
	__u8 was_found;		/* the owner was not known before `scan`, which found it */
	__u8 sends_syn;		/* its SYN is one of the sequence numbers that it sends */
	/* Of rare events, all together on what is no more than one cache line. */
	__u32 retrans;		/* total_retrans, as far as it is told apart */
	__u32 rto_retrans;
	__u32 fast_retrans;
	__u32 tlp_retrans;
	__u32 syn_retrans;
	__u8 flags;		/* NETTOP_FLAG_RESET_* */
	__u8 reset_reason;	/* with them; NO_REASON: not told */
	__be16 remote_port;	/* with the address; 0: it is not known */
	__u32 netns;
};

enum {
	KIND_TCP,
	KIND_SUBFLOW,
	KIND_MPTCP,
};

#define NO_REASON 0xff

struct bucket {
	__u64 cookie[NETTOP_BUCKET_SLOTS];	/* 0: free */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct bucket);
} buckets SEC(".maps");

/* The slots of all buckets, in their order. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NETTOP_BUCKET_SLOTS);
	__type(key, __u32);
	__type(value, struct tracked);
} slots SEC(".maps");

/* The number of a socket's first or second bucket. */
static __always_inline __u32 bucket_of(__u64 cookie, int choice)
{
	__u64 hash = cookie * 0x9e3779b97f4a7c15ULL;

	return (choice ? hash >> 16 : hash >> 40) & (config.buckets - 1);
}

static __always_inline struct tracked *slot_at(__u32 slot)
{
	return bpf_map_lookup_elem(&slots, &slot);
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

enum claim {
	CLAIM_FULL = 1,	/* no room */
	CLAIM_LEFT,	/* another has, or is about to have, a slot for it */
	CLAIM_TAKEN,
};

/* A slot that is claimed for a socket: no cookie has all of another's bits inverted. */
#define CLAIMED(cookie) (~(cookie))

/*
 * Whether a slot stands for a socket that `own` is claimed for too. Of two that
 * are only claimed the one that comes first in the table stays.
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

__noinline int is_claimed_elsewhere(__u64 cookie, __u32 own)
{
	for (int choice = 0; choice < 2; choice++) {
		__u32 number = bucket_of(cookie, choice);
		struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

		if (!b)
			return 0;
		for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++)
			if (b->cookie[i] == cookie &&
			    is_claimed_at(number * NETTOP_BUCKET_SLOTS + i, cookie, own))
				return 1;
	}
	return 0;
}

/* Claims a free slot for a socket; negative where it has one, or there is no room. */
__noinline int claim_slot(__u64 cookie)
{
	struct tracked *t;
	int slot;

	if (find(cookie) >= 0)
		return -CLAIM_LEFT;
	slot = take_slot(cookie);
	t = slot_at(slot);
	if (!t)
		return -CLAIM_FULL;
	__sync_lock_test_and_set(&t->cookie, CLAIMED(cookie));
	return slot;
}

/* Has a claimed slot hold, or leaves it to another claim. */
__noinline int settle_claim(__u32 slot, __u64 cookie)
{
	__u32 number = slot / NETTOP_BUCKET_SLOTS;
	struct bucket *b = bpf_map_lookup_elem(&buckets, &number);
	struct tracked *t = slot_at(slot);

	if (!b || !t)
		return CLAIM_FULL;
	if (!is_claimed_elsewhere(cookie, slot) &&
	    __sync_val_compare_and_swap(&t->cookie, CLAIMED(cookie), cookie) == CLAIMED(cookie))
		return CLAIM_TAKEN;
	__sync_lock_test_and_set(&t->cookie, 0);
	__sync_lock_test_and_set(&b->cookie[slot % NETTOP_BUCKET_SLOTS], 0);
	return CLAIM_LEFT;
}

/*
 * Follows a socket that several can find at once, on different CPUs. Exactly one
 * of them does: each claims a slot before it looks for others, and who sees
 * another claim either leaves or voids it.
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
