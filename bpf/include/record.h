/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the programs of tracer.bpf.c hand to user space. They and Swift both
 * include this header: it is the only description.
 */
#pragma once

#ifndef __bpf__
#include <linux/types.h>
#endif

#define NETTOP_COMM_LEN 16
#define NETTOP_CA_NAME_LEN 16
#define NETTOP_BUCKET_SLOTS 16	/* two cache lines of keys */
#define NETTOP_TABLE_GROWTH 4	/* by what the table of sockets grows: a power of two */
#define NETTOP_CHUNK_SLOTS 32768	/* of its slots in a map of their own */
/* In nettop_owner.pid: the host's PID of a process that /proc does not have. */
#define NETTOP_PID_ELSEWHERE 0x80000000

/* How the owner of a socket is known; Owner.Source in Swift. */
enum nettop_owner_source {
	NETTOP_OWNER_UNKNOWN,
	NETTOP_OWNER_CONNECT,
	NETTOP_OWNER_LISTEN,
	NETTOP_OWNER_ACCEPT,
	NETTOP_OWNER_LISTENER,
	NETTOP_OWNER_SCAN,
	NETTOP_OWNER_CLOSE,
	NETTOP_OWNER_CREATE,
	NETTOP_OWNER_KERNEL,
};

/* Connection.Direction in Swift. */
enum nettop_direction {
	NETTOP_DIRECTION_UNKNOWN,
	NETTOP_DIRECTION_OUT,
	NETTOP_DIRECTION_IN,
};

/* Connection.CloseReason in Swift. */
enum nettop_close_reason {
	NETTOP_CLOSE_UNKNOWN,
	NETTOP_CLOSE_FIN,
	NETTOP_CLOSE_RESET,
	NETTOP_CLOSE_TIMEOUT,
	NETTOP_CLOSE_REFUSED,
	NETTOP_CLOSE_UNREACHABLE,
	NETTOP_CLOSE_CANCELLED,
	NETTOP_CLOSE_ABORTED,
	NETTOP_CLOSE_CLOSED,
	NETTOP_CLOSE_IDLE,
	NETTOP_CLOSE_FAILED,
};

/* Bits of nettop_record.flags. */
enum nettop_flag {
	NETTOP_FLAG_ORPHANED = 1,	/* no process holds the socket any more */
	NETTOP_FLAG_RESET_SENT = 2,
	NETTOP_FLAG_RESET_RECEIVED = 4,
	NETTOP_FLAG_UNSEEN = 16,	/* no program saw the end: its figures are lost */
	NETTOP_FLAG_NEVER_ESTABLISHED = 8,	/* ended in its handshake */
};

/* A process, as it was when it became the owner. */
struct nettop_owner {
	__u64 start_ns;			/* start_boottime of its main thread */
	__u64 cgroup;			/* ID of its cgroup v2, 0: unknown */
	__u32 pid;			/* thread group in the PID namespace of /proc, 0: unknown */
	__u32 uid;			/* real user ID */
	__u32 gid;			/* real group ID */
	__u32 exec_id;			/* self_exec_id: execve changes it */
	char comm[NETTOP_COMM_LEN];	/* comm of its main thread */
};

/* A process that holds a socket beside its owner, by fork or SCM_RIGHTS. */
struct nettop_holder {
	__u64 cookie;
	struct nettop_owner owner;
};

/*
 * One socket at one moment. Openings, changes and ends have the same record, so
 * each makes up for the loss of those before it.
 */
struct nettop_record {
	__u64 cookie;			/* MPTCP: a key of our own */
	__u64 time_ns;			/* CLOCK_BOOTTIME */
	__u64 opened_ns;		/* CLOCK_BOOTTIME, 0: before the tracer */
	__u64 bytes_sent;		/* payload, each byte once; ~0: not counted */
	__u64 bytes_received;		/* bytes_received, less the FIN; ~0: not counted */
	__u64 accepted;			/* listener: completed handshakes; else ~0 */
	__u64 parent;			/* subflow: key of its MPTCP connection, else 0, */
	__u64 parent_opened_ns;		/* and its opened_ns, because keys are reused */
	struct nettop_owner owner;
	__u8 local_address[16];		/* network order; IPv4 in the first 4 */
	__u8 remote_address[16];
	__u16 local_port;		/* host order */
	__u16 remote_port;
	__u16 family;			/* AF_INET, AF_INET6 */
	__u8 state;			/* TCP_*; TCP_CLOSE: the final record; 0: UDP, unconnected */
	__u8 direction;
	__u8 owner_source;
	__u8 close_reason;
	__u8 flags;			/* NETTOP_FLAG_* */
	__u8 reserved;
	__u32 netns;			/* inode, */
	__u32 interface;		/* sk_bound_dev_if, of IPv6; 0: none */
	__u64 netns_cookie;		/* and net_cookie, because inodes are reused; 0: unknown */
	__u16 protocol;			/* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_MPTCP */
	__u16 error;			/* sk_err at the end */
	__u32 reset_reason;		/* enum sk_rst_reason of a reset sent; ~0: unknown */
	__u32 drops;			/* sk_drops; ~0: unknown */
	__u32 rto_retrans;		/* segments retransmitted since it is followed, */
	__u32 fast_retrans;		/* by cause */
	__u32 tlp_retrans;
	__u32 syn_retrans;
	__u32 segs_out;
	__u32 segs_in;
	__u32 total_retrans;		/* ~0: unknown */
	__u32 srtt_us;			/* srtt_us >> 3, 0: none yet */
	__u32 mdev_us;			/* mdev_us >> 2 */
	__u32 min_rtt_us;		/* ~0: none yet */
	__u32 snd_cwnd;			/* ~0: unknown, as are the next three */
	/* Of a TCP connection; the final record leaves out SYN and FIN. */
	__u32 unread;			/* rcv_nxt - copied_seq; listener: sk_ack_backlog */
	__u32 unacked;			/* write_seq - snd_una; listener: sk_max_ack_backlog */
	__u32 unsent;			/* write_seq - snd_nxt */
	/* Of TCP connections; ~0: unknown. */
	__u64 pacing_rate;		/* sk_pacing_rate */
	__u32 rate_delivered;		/* segments delivered */
	__u32 rate_interval_us;		/* in so much time; 0: not measured */
	__u32 rcv_rtt_us;		/* rcv_rtt_est.rtt_us >> 3, 0: not measured */
	__u32 rcv_space;		/* rcvq_space.space */
	__u32 snd_ssthresh;
	__u32 lost;			/* lost_out */
	__u32 reordering;
	__u32 delivered_ce;
	__u32 mss;			/* mss_cache */
	__u32 busy;			/* jiffies with data to send, as tcpi_busy_time, */
	__u32 rwnd_limited;		/* and of these */
	__u32 sndbuf_limited;
	char congestion[NETTOP_CA_NAME_LEN];	/* icsk_ca_ops->name; empty: unknown */
};

/*
 * The datagrams between a UDP socket and one remote address. The overflow flow
 * of a socket has no remote address.
 */
struct nettop_flow {
	__u64 bytes_sent;		/* payload */
	__u64 bytes_received;
	__u64 packets_sent;		/* datagrams */
	__u64 packets_received;
	__u64 cookie;
	__u64 opened_ns;		/* CLOCK_BOOTTIME of its first datagram */
	__u8 local_address[16];		/* network order; IPv4 as ::ffff:a.b.c.d */
	__u8 remote_address[16];
	__u16 local_port;		/* host order */
	__u16 remote_port;
	__u32 netns;			/* inode */
	__u8 direction;			/* of its first datagram */
	__u8 close_reason;		/* 0: alive */
	__u16 reserved;
	__u32 interface;		/* of a link-local address, else 0 */
};

/* What became known about an end after its final record. */
struct nettop_amendment {
	__u64 cookie;
	__u32 reset_reason;		/* as in the record */
	__u16 error;			/* 0: none */
	__u8 flags;			/* NETTOP_FLAG_RESET_SENT */
	__u8 reserved;
};

/* The kind of an entry of the ring buffer. */
enum nettop_event_kind {
	NETTOP_EVENT_END = 1,		/* nettop_end_event */
	NETTOP_EVENT_AMENDMENT,		/* nettop_amendment_event */
	NETTOP_EVENT_CLOSER,		/* nettop_closer_event */
};

/* The head of every entry of the ring buffer `ended`. */
struct nettop_event {
	__u32 kind;			/* NETTOP_EVENT_* */
	__u32 length;			/* of the whole entry in bytes, with this head */
};

/* The final record of a socket. */
struct nettop_end_event {
	struct nettop_event event;
	struct nettop_record record;
};

struct nettop_amendment_event {
	struct nettop_event event;
	struct nettop_amendment amendment;
};

/* The process that closed a socket after its final record. */
struct nettop_closer_event {
	struct nettop_event event;
	struct nettop_holder closer;
};

/* Packets of one socket dropped for one reason: the key of `drops`. */
struct nettop_drop {
	__u64 cookie;
	__u32 reason;			/* enum skb_drop_reason */
	__u32 reserved;
};

/* Bits of nettop_config.features: optional arguments and behaviour of this kernel. */
enum nettop_feature {
	NETTOP_FEATURE_RESET_REASON = 1,	/* tcp_send_reset has a reason */
	NETTOP_FEATURE_DROP_SOCKET = 2,		/* kfree_skb has the receiving socket */
	NETTOP_FEATURE_CONNECT_RESULT = 4,	/* the end of tcp_v4_connect is hooked */
	NETTOP_FEATURE_PREEMPTION = 8,		/* programs can be preempted */
};

/* Set before loading. */
struct nettop_config {
	__u32 first_buckets;		/* of the table of sockets at first, a power of two */
	__u32 changes;			/* records that `changes` has room for */
	__u32 wakeup_bytes;		/* wake user space when `ended` holds this much */
	__u32 features;			/* NETTOP_FEATURE_* */
	__u64 flow_timeout_ns;		/* a flow without a datagram for so long ends */
	__u32 flows;			/* limit of UDP flows; 0: UDP is not followed */
	__u32 pid_namespace;		/* inode of the PID namespace of /proc; 0: the host's */
	__u32 flow_places;		/* entries for flows and overflow flows, a power of two */
	__u32 reserved;
	__u64 secret;			/* random, so that keys reveal no addresses */
};

/* The table of sockets, which user space makes larger. */
struct nettop_table {
	__u32 buckets;			/* number of buckets, a power of two */
	__u32 crowded;			/* 1: a bucket has filled up; user space sets it to 0 */
};

/* Counters of the kernel half, in memory that user space maps. */
struct nettop_status {
	__u64 table_full;		/* sockets that found no free slot */
	__u64 ended_full;		/* ends without room in `ended` */
	__u64 ends_unseen;		/* ends that no program saw, but that have a record */
	__u64 ends_gone;		/* the same without a record, because nothing was known */
	/* The last pass. */
	__u64 tracked;			/* sockets seen */
	__u64 unsettled;		/* of these, held by an unknown process */
	__u64 jiffies;			/* at the start of the pass, */
	__u64 monotonic_ns;		/* and CLOCK_MONOTONIC then */
	__u32 changed;			/* records written to `changes` in this round */
	__u32 first;			/* first bucket of this round */
	__u32 next;			/* first bucket of the next one, 0: the pass is complete */
	__u32 holders;			/* found by the last scan, with some owners; `holders` may have less room */
	__u64 waiting;			/* connections in accept queues that a scan met */
	/* The scan under way. */
	__u32 scan;			/* number of the scan, from 1 */
	__u32 scan_assigns;		/* 0: confirm owners, 1: assign new ones */
	__u32 scan_counts;		/* 1: count sockets that find no room */
	__u64 scanner;			/* PID of the process that scans */
	/* Events without a socket, and what found no room. */
	__u64 resets_without_socket;
	__u64 drops_without_socket;
	__u64 drops_full;		/* dropped packets without room in `drops` */
	__u64 drops_counted;		/* additions to `drops` */
	/* UDP. */
	__u64 flows;			/* number of flows */
	__u64 flows_full;		/* datagrams without room for a flow of their own */
	__u64 flows_lost;		/* and without any room */
	__u64 flows_taken;		/* places taken so far */
	__u64 flows_freed;		/* and freed */
	__u32 flow_pass;		/* number of the pass over the flows */
	__u32 flows_changed;		/* flows written to `flow_changes` in this round */
	__u32 flows_left;		/* whether `flow_changes` was too small for all */
	__u32 host_netns;		/* inode of the host's network namespace; 0: unknown */
	__u32 reports_all;		/* 1: passes report what is idle too */
	__u32 reserved;
};
