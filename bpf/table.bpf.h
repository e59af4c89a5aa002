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
	__u64 parent;		/* subflow: key of its MPTCP connection */
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
	};
	__u32 drops;
	__u32 scan;		/* the last scan that found the owner holding it */
	__u8 state;		/* TCP_*, with ORPHANED */
	__u8 direction;
	__u8 owner_source;
	__u8 unreported;	/* a record is due whatever the figures */
	__u8 kind;		/* KIND_* */
	__u16 error;		/* MPTCP: what its last subflow ended with; else see error.bpf.h */
	__u8 is_udp;
	__u8 has_record;	/* UDP: there is a row or a flow of it, so its end is told */
	__u8 was_found;		/* the owner was not known before `scan`, which found it */
	/* Of rare events, all together on what is no more than one cache line. */
	__u32 retrans;		/* total_retrans, as far as it is told apart */
	__u32 rto_retrans;
	__u32 fast_retrans;
	__u32 tlp_retrans;
	__u32 syn_retrans;
	__u8 flags;		/* NETTOP_FLAG_RESET_* */
	__u8 reset_reason;	/* with them; NO_REASON: not told */
	__u8 sends_syn;		/* its SYN is one of the sequence numbers that it sends */
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
 * The number of the slot of a socket; negative if it is not followed. Not
 * static, so that the verifier checks it once and not at each of its uses,
 * which would take it a second.
 */
__noinline int find(__u64 cookie)
{
	for (int choice = 0; choice < 2; choice++) {
		__u32 number = bucket_of(cookie, choice);
		struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

		if (!b)
			return -1;
		for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++)
			if (b->cookie[i] == cookie)
				return number * NETTOP_BUCKET_SLOTS + i;
	}
	return -1;
}

/* What is kept of a socket; NULL where it is not followed. */
static __always_inline struct tracked *tracked_of(__u64 cookie)
{
	return cookie ? slot_at(find(cookie)) : 0;
}

/* Takes a free slot for a socket; false if both buckets are full. */
static __always_inline bool insert(const struct tracked *from)
{
	for (int choice = 0; choice < 2; choice++) {
		__u32 number = bucket_of(from->cookie, choice);
		struct bucket *b = bpf_map_lookup_elem(&buckets, &number);

		if (!b)
			return false;
		for (int i = 0; i < NETTOP_BUCKET_SLOTS; i++) {
			struct tracked *t;

			if (b->cookie[i] ||
			    __sync_val_compare_and_swap(&b->cookie[i], 0, from->cookie))
				continue;
			t = slot_at(number * NETTOP_BUCKET_SLOTS + i);
			if (!t)
				return false;
			t->socket = from->socket;
			t->opened_ns = from->opened_ns;
			t->owner = from->owner;
			t->parent = from->parent;
			t->accepted = 0;
			t->scan = from->scan;
			t->state = 0;
			t->direction = from->direction;
			t->owner_source = from->owner_source;
			t->unreported = 1;
			t->kind = from->kind;
			t->error = 0;
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
			/* After all others: from now on the slot holds. */
			__sync_lock_test_and_set(&t->cookie, from->cookie);
			return true;
		}
	}
	return false;
}

/* Frees a slot. What it held is void before another socket can take it. */
static __always_inline void release(__u32 slot)
{
	__u32 number = slot / NETTOP_BUCKET_SLOTS;
	struct bucket *b = bpf_map_lookup_elem(&buckets, &number);
	struct tracked *t = slot_at(slot);

	if (!b || !t)
		return;
	__sync_lock_test_and_set(&t->cookie, 0);
	b->cookie[slot % NETTOP_BUCKET_SLOTS] = 0;
}

static __always_inline void forget(int slot)
{
	if (slot >= 0)
		release(slot);
}
