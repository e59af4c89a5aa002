/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Retransmitted segments, by cause. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"

/*
 * Runs with the socket locked. A retransmitted packet can have many segments,
 * so this adds what total_retrans has grown by since the last run.
 */
SEC("?tp_btf/tcp_retransmit_skb")
int BPF_PROG(retransmitted, struct sock *sk, struct sk_buff *skb)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct inet_connection_sock *icsk;
	struct tracked *t;
	__u32 segments;
	__u8 ca_state;

	if (!tp)
		return 0;
	t = tracked_of(sk->__sk_common.skc_cookie.counter);
	if (!t)
		return 0;
	segments = tp->total_retrans - t->retrans;
	t->retrans += segments;
	icsk = &tp->inet_conn;
	ca_state = BPF_CORE_READ_BITFIELD(icsk, icsk_ca_state);
	if (sk->__sk_common.skc_state == TCP_SYN_SENT ||
	    sk->__sk_common.skc_state == TCP_SYN_RECV)
		t->syn_retrans += segments;
	else if (ca_state == TCP_CA_LOSS)
		t->rto_retrans += segments;
	else if (ca_state != TCP_CA_RECOVERY && icsk->icsk_pending == ICSK_TIME_LOSS_PROBE)
		t->tlp_retrans += segments;
	else
		t->fast_retrans += segments;
	t->unreported = 1;
	return 0;
}

/*
 * Runs when a SYN-ACK is retransmitted. The connection has no socket yet, so
 * the listener counts it. The listener is not locked.
 */
SEC("?tp_btf/tcp_retransmit_synack")
int BPF_PROG(handshake_retransmitted, struct sock *sk, struct request_sock *req)
{
	struct tracked *t;

	if (sk->__sk_common.skc_state != TCP_LISTEN)
		return 0;
	t = tracked_of(sk->__sk_common.skc_cookie.counter);
	/* An atomic operation whose result is used is a full barrier. */
	if (t && __sync_fetch_and_add(&t->syn_retrans, 1) + 1)
		t->unreported = 1;
	return 0;
}
