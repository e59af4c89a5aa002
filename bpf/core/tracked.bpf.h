/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The entry of a followed socket, and the memory of the table. */
#pragma once

#include "core/prelude.bpf.h"

#include "record.h"

/* Set in tracked.state: the socket was reported as orphaned. */
#define ORPHANED 0x80

/*
 * The fields of a UDP socket of which one changes whenever a figure does. Its
 * drops are in tracked.drops.
 */
struct udp_snapshot {
	__u32 unread;
	__u32 unsent;
	__u16 local_port;
	__be16 remote_port;	/* 0: not connected */
	__u32 remote;		/* a hash of the address */
};

/*
 * A live socket: who opened it and when, and what was last reported. Its
 * figures stay in the socket itself.
 */
struct tracked {
	volatile __u64 cookie;	/* equal to the cookie in the bucket if the slot holds */
	struct sock *socket;
	__u64 opened_ns;
	struct nettop_owner owner;
	__u64 parent;		/* subflow: key of its MPTCP connection, */
	__u64 parent_opened_ns;	/* and the opening time of that */
	/* As last reported. No figure changes unless one of these does. */
	union {
		struct {
			union {
				struct {
					__u32 segs_in;
					__u32 segs_out;
				};
				/* A listener has no segments: handshakes. */
				__u64 accepted;
			};
			__u32 write_seq;
			__u32 copied_seq;
		};
		struct udp_snapshot udp;
		/* TCP before its first record. IPv4: local, then remote. */
		__u32 address[4];
	};
	union {
		__u32 drops;
		__u32 local_port;	/* belongs to address */
	};
	__u32 scan;		/* the last scan that found the owner with the socket */
	__u8 state;		/* TCP_*, and ORPHANED */
	__u8 direction;
	__u8 owner_source;
	__u8 unreported;	/* the next pass reports the socket even if no figure changed */
	__u8 kind;		/* KIND_* */
	union {
		__u8 is_v6;	/* belongs to address */
		__u8 has_data;	/* after the first record: there was data to send */
	};
	__u16 error;		/* MPTCP: of the last subflow; else see tcp/error.bpf.h */
	__u8 is_udp;
	__u8 has_record;	/* user space has a row or flow of it, and expects its end */
	__u8 was_found;		/* the owner was unknown until the scan `scan` found it */
	__u8 sends_syn;		/* its SYN takes a sequence number */
	/* Of rare events, together in one cache line. */
	__u32 retrans;		/* total_retrans, as far as attributed to a cause */
	__u32 rto_retrans;
	__u32 fast_retrans;
	__u32 tlp_retrans;
	__u32 syn_retrans;
	__u8 flags;		/* NETTOP_FLAG_RESET_* */
	__u8 reset_reason;	/* belongs to flags; NO_REASON: unknown */
	__be16 remote_port;	/* belongs to address; 0: unknown */
	union {
		__u32 netns;	/* belongs to address */
		__u32 control;	/* after the first record: see tcp_snapshot */
	};
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

struct slot_chunk {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NETTOP_CHUNK_SLOTS);
	__type(key, __u32);
	__type(value, struct tracked);
};

/*
 * The slots of all buckets, in the order of the buckets. They are most of the
 * memory of the table, so user space adds chunks of them as it grows. One map for
 * the first slots and one for later ones would save a load, but the verifier
 * would follow every program for each of the two.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct slot_chunk);
} slots SEC(".maps");

static __always_inline struct tracked *slot_at(__u32 slot)
{
	/* One word for both: some callers have little stack left. */
	__u32 key = slot / NETTOP_CHUNK_SLOTS;
	void *chunk = bpf_map_lookup_elem(&slots, &key);

	key = slot % NETTOP_CHUNK_SLOTS;
	return chunk ? bpf_map_lookup_elem(chunk, &key) : 0;
}

/* Whether the process that holds, or held, the socket itself is known. */
static __always_inline bool has_owner(const struct tracked *t)
{
	return t->owner_source != NETTOP_OWNER_UNKNOWN &&
	       t->owner_source != NETTOP_OWNER_LISTENER &&
	       t->owner_source != NETTOP_OWNER_KERNEL;
}
