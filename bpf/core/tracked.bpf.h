/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What is kept of a followed socket, and the memory of the table of all of them. */
#pragma once

#include "core/prelude.bpf.h"

#include "record.h"

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

static __always_inline struct tracked *slot_at(__u32 slot)
{
	return bpf_map_lookup_elem(&slots, &slot);
}

/* Whether some process has, or had, the socket itself, and which is known. */
static __always_inline bool has_owner(const struct tracked *t)
{
	return t->owner_source != NETTOP_OWNER_UNKNOWN &&
	       t->owner_source != NETTOP_OWNER_LISTENER &&
	       t->owner_source != NETTOP_OWNER_KERNEL;
}
