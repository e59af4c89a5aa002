/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The figures of a TCP socket. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/figures.bpf.h"

#include "record.h"

/* What no figure changes without. */
struct marks {
	__u32 segs_in;
	__u32 segs_out;
	__u32 write_seq;
	__u32 copied_seq;
	__u32 drops;
};

/* An acknowledgement or number before `from` is none ahead of it. */
static __always_inline __u32 ahead(__u32 to, __u32 from)
{
	__s32 distance = to - from;

	return distance > 0 ? distance : 0;
}

/*
 * Whether the socket was made by a handshake that a peer began: only then has
 * the kernel noted the device that the handshake came by, in fields that no
 * process can set for TCP.
 */
static __always_inline bool is_passive(struct tcp_sock *tp, const bool typed)
{
	struct inet_sock *inet = &tp->inet_conn.icsk_inet;
	struct ipv6_pinfo *v6 = 0;

	if (FIELD(inet, mc_index))
		return true;
	/* A kernel can be without IPv6. */
	if (!bpf_core_field_exists(inet->pinet6) || !bpf_core_field_exists(v6->mcast_oif))
		return false;
	v6 = FIELD(inet, pinet6);
	return v6 && BPF_CORE_READ(v6, mcast_oif);
}

/* Whether the last sequence number that was sent is that of a FIN. */
static __always_inline bool has_sent_fin(struct tcp_sock *tp, __u32 snd_nxt, __u8 state,
					 const bool typed)
{
	switch (state) {
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		return FIELD(tp, write_seq) == snd_nxt;
	default:
		return false;
	}
}

/*
 * The sequence numbers that were sent: those acknowledged and those in flight.
 * The kernel's bytes_sent is no measure of it: it grows before the network
 * below can refuse a segment, and again when that is tried once more.
 * An acknowledgement that comes while this is read moves both.
 */
static __always_inline __u64 sequence_sent(struct tcp_sock *tp, __u32 *snd_nxt, const bool typed)
{
	__u64 acked = FIELD(tp, bytes_acked);
	__u32 una = FIELD(tp, snd_una);

	if (FIELD(tp, bytes_acked) != acked) {
		acked = FIELD(tp, bytes_acked);
		una = FIELD(tp, snd_una);
	}
	*snd_nxt = FIELD(tp, snd_nxt);
	return acked + ahead(*snd_nxt, una);
}

/*
 * Payload that was sent, each byte once.
 *
 * `state` is the one before the end, where that has come; TCP_CLOSE where it is
 * not known: then what the kernel has counted more tells of a FIN.
 */
static __always_inline __u64 payload_sent(struct tcp_sock *tp, bool sends_syn, __u8 state,
					  const bool typed)
{
	__u32 snd_nxt;
	__u64 sent;

	if (state == TCP_LISTEN)
		return 0;
	sent = sequence_sent(tp, &snd_nxt, typed);
	if (sent && sends_syn)
		sent--;
	if (sent && (state == TCP_CLOSE ?
		     sent > FIELD(tp, bytes_sent) - FIELD(tp, bytes_retrans) :
		     has_sent_fin(tp, snd_nxt, state, typed)))
		sent--;
	return sent;
}

/*
 * Whether a SYN is among the sequence numbers that a socket sent whose opening
 * nobody saw. Without one, a connection that this end opened was restored
 * (TCP_REPAIR), and then the kernel's count is that of the sequence numbers.
 */
static __always_inline bool has_sent_syn(struct tcp_sock *tp, __u8 state, const bool typed)
{
	if (is_passive(tp, typed))
		return false;
	return payload_sent(tp, false, state, typed) !=
	       FIELD(tp, bytes_sent) - FIELD(tp, bytes_retrans);
}

/* `state`: as in payload_sent. */
static __always_inline void read_counters(struct nettop_record *r, struct tcp_sock *tp,
					  const struct tracked *t, __u8 state, const bool typed)
{
	struct sock *sk = (struct sock *)tp;
	__u64 fin = (FIELD(sk, __sk_common.skc_flags) >> SOCK_DONE) & 1;

	r->bytes_sent = payload_sent(tp, t ? t->sends_syn : !is_passive(tp, typed), state, typed);
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
		return;
	}

	__u32 write_seq = FIELD(tp, write_seq);

	/* As tcp_diag counts them: a FIN is no byte to read. */
	r->unread = ahead(FIELD(tp, rcv_nxt), FIELD(tp, copied_seq));
	r->unacked = ahead(write_seq, FIELD(tp, snd_una));
	r->unsent = ahead(write_seq, FIELD(tp, snd_nxt));
}

static __always_inline struct marks marks_of(struct tcp_sock *tp, __u8 state, const bool typed)
{
	struct sock *sk = (struct sock *)tp;
	struct marks m = {};

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
	/* What is dropped of a connection is a segment of it. */
	m.drops = 0;
	return m;
}
