/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The figures of a TCP socket. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/figures.bpf.h"
#include "tcp/path.bpf.h"

#include "record.h"

/* Fields of which one changes whenever a figure does. */
struct tcp_snapshot {
	__u32 segs_in;
	__u32 segs_out;
	__u32 write_seq;
	__u32 copied_seq;
	__u32 drops;
	/* A mix of what the process can set without a segment: pacing rate, congestion control. */
	__u32 control;
};

/* The distance between two sequence numbers; 0 if `to` is behind `from`. */
static __always_inline __u32 ahead(__u32 to, __u32 from)
{
	__s32 distance = to - from;

	return distance > 0 ? distance : 0;
}

/*
 * Whether the peer opened the connection. Only then has the kernel stored the
 * interface of the handshake, in fields that a process cannot set for TCP.
 */
static __always_inline bool is_passive(struct tcp_sock *tp, const bool typed)
{
	struct inet_sock *inet = &tp->inet_conn.icsk_inet;
	struct ipv6_pinfo *v6 = 0;

	if (FIELD(inet, mc_index))
		return true;
	/* A kernel can be built without IPv6. */
	if (!bpf_core_field_exists(inet->pinet6) || !bpf_core_field_exists(v6->mcast_oif))
		return false;
	v6 = FIELD(inet, pinet6);
	return v6 && BPF_CORE_READ(v6, mcast_oif);
}

/* The sequence numbers of what this end sends. */
struct sequences {
	__u64 acked;	/* bytes_acked */
	__u32 una;	/* snd_una, */
	__u32 nxt;	/* snd_nxt, */
	__u32 written;	/* and write_seq */
};

/*
 * An acknowledgement that arrives between the reads changes both bytes_acked and
 * snd_una, so they are read again, unless the socket is `locked`.
 */
static __always_inline void read_sequences(struct sequences *q, struct tcp_sock *tp,
					   const bool typed, const bool locked)
{
	q->acked = FIELD(tp, bytes_acked);
	q->una = FIELD(tp, snd_una);
	if (!locked && FIELD(tp, bytes_acked) != q->acked) {
		q->acked = FIELD(tp, bytes_acked);
		q->una = FIELD(tp, snd_una);
	}
	q->nxt = FIELD(tp, snd_nxt);
	q->written = FIELD(tp, write_seq);
}

/* Whether the last sequence number sent is that of a FIN. */
static __always_inline bool has_sent_fin(const struct sequences *q, __u8 state)
{
	switch (state) {
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		return q->written == q->nxt;
	default:
		return false;
	}
}

/*
 * Payload sent, each byte once: the sequence numbers that are acknowledged or in
 * flight. The kernel's bytes_sent is not exact: it grows before the lower layers
 * can refuse a segment, and again when the segment is retried.
 *
 * `state` is the state before the end. If it is unknown, pass TCP_CLOSE: then a
 * FIN was sent if the sequence numbers exceed the kernel's count.
 */
static __always_inline __u64 payload_sent(const struct sequences *q, struct tcp_sock *tp,
					  bool sends_syn, __u8 state, const bool typed)
{
	__u64 sent;

	if (state == TCP_LISTEN)
		return 0;
	sent = q->acked + ahead(q->nxt, q->una);
	if (sent && sends_syn)
		sent--;
	if (sent && (state == TCP_CLOSE ?
		     sent > FIELD(tp, bytes_sent) - FIELD(tp, bytes_retrans) :
		     has_sent_fin(q, state)))
		sent--;
	return sent;
}

/*
 * Whether the SYN counts in the sequence numbers of a socket that is older than
 * the tracer. It does not if the connection was restored (TCP_REPAIR): then the
 * kernel's count equals that of the sequence numbers.
 */
static __always_inline bool has_sent_syn(struct tcp_sock *tp, __u8 state, const bool typed)
{
	struct sequences q;

	if (is_passive(tp, typed))
		return false;
	read_sequences(&q, tp, typed, false);
	return payload_sent(&q, tp, false, state, typed) !=
	       FIELD(tp, bytes_sent) - FIELD(tp, bytes_retrans);
}

/*
 * `sk` and `tp` are the same socket, see read_addresses(); `state`: see
 * payload_sent(). Nothing changes meanwhile if the socket is `locked`. Returns
 * whether there is data to send.
 */
static __always_inline bool read_counters(struct nettop_record *r, struct sock *sk,
					  struct tcp_sock *tp, const struct tracked *t,
					  __u8 state, const bool typed, const bool locked)
{
	struct sequences q;
	__u64 fin = (FIELD(sk, __sk_common.skc_flags) >> SOCK_DONE) & 1;

	read_sequences(&q, tp, typed, locked);
	r->bytes_sent = payload_sent(&q, tp, t ? t->sends_syn : !is_passive(tp, typed), state, typed);
	r->bytes_received = FIELD(tp, bytes_received);
	if (r->bytes_received)
		r->bytes_received -= fin;
	r->drops = drops_of(sk, typed);
	r->segs_out = FIELD(tp, segs_out);
	r->segs_in = FIELD(tp, segs_in);
	r->total_retrans = FIELD(tp, total_retrans);
	r->srtt_us = FIELD(tp, srtt_us) >> 3;
	r->mdev_us = FIELD(tp, mdev_us) >> 2;
	r->min_rtt_us = FIELD(tp, rtt_min.s[0].v);
	r->snd_cwnd = FIELD(tp, snd_cwnd);
	if (r->state == TCP_LISTEN) {
		r->unread = FIELD(sk, sk_ack_backlog);
		r->unacked = FIELD(sk, sk_max_ack_backlog);
		r->unsent = 0;
		return false;
	}

	/* As in tcp_diag. A FIN is not a byte to read. */
	r->unread = ahead(FIELD(tp, rcv_nxt), FIELD(tp, copied_seq));
	r->unacked = ahead(q.written, q.una);
	r->unsent = ahead(q.written, q.nxt);
	return read_path(r, sk, tp, typed, locked);
}

/*
 * The queues of a socket that ended in `state`: as in tcp_diag, they count a
 * SYN and a FIN, but no process wrote these or could read them.
 */
static __always_inline void leave_out_syn_and_fin(struct nettop_record *r, struct sock *sk,
						  __u8 state)
{
	bool waits_for_ack = state == TCP_FIN_WAIT1 || state == TCP_CLOSING ||
			     state == TCP_LAST_ACK;

	if (r->unread && sk->__sk_common.skc_flags >> SOCK_DONE & 1)
		r->unread--;
	if (r->unacked && (waits_for_ack || r->flags & NETTOP_FLAG_NEVER_ESTABLISHED))
		r->unacked--;
	if (r->unsent && waits_for_ack)
		r->unsent--;
}

static __always_inline __u32 congestion_key(struct tcp_sock *tp, const bool typed)
{
	struct tcp_congestion_ops *ops = FIELD(&tp->inet_conn, icsk_ca_ops);

	return ops ? FIELD(ops, key) : 0;
}

static __always_inline struct tcp_snapshot read_tcp_snapshot(struct tcp_sock *tp, __u8 state,
							     const bool typed)
{
	struct sock *sk = (struct sock *)tp;
	struct tcp_snapshot m = {};

	if (state == TCP_LISTEN) {
		m.write_seq = FIELD(sk, sk_max_ack_backlog);
		m.copied_seq = FIELD(sk, sk_ack_backlog);
		m.drops = drops_of(sk, typed);
		return m;
	}
	m.segs_in = FIELD(tp, segs_in);
	m.segs_out = FIELD(tp, segs_out);
	m.write_seq = FIELD(tp, write_seq);
	m.copied_seq = FIELD(tp, copied_seq);
	m.control = (__u32)FIELD(sk, sk_pacing_rate) ^ congestion_key(tp, typed);
	/* A drop of a connection is a segment, which segs_in counts. */
	m.drops = 0;
	return m;
}
