/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* ICMP errors of attempts to connect. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"

/*
 * The error of the last ICMP message. The kernel appends it to the error queue
 * of the socket, which the process need not read, before it reports the error.
 */
static __always_inline __u16 queued_error(struct sock *sk)
{
	struct sk_buff *last = sk->sk_error_queue.prev;
	struct sock_exterr_skb *error;
	__u8 origin;

	if (!bpf_core_type_exists(struct sock_exterr_skb) ||
	    last == (struct sk_buff *)&sk->sk_error_queue)
		return 0;
	error = (struct sock_exterr_skb *)&last->cb;
	origin = BPF_CORE_READ(error, ee.ee_origin);
	if (origin != SO_EE_ORIGIN_ICMP && origin != SO_EE_ORIGIN_ICMP6)
		return 0;
	return BPF_CORE_READ(error, ee.ee_errno);
}

/*
 * Runs when a socket reports an error. If connect has the socket locked at that
 * moment, the error does not end the attempt: the process can fetch the error
 * and then close the socket, which no longer has one.
 */
SEC("?tp_btf/inet_sk_error_report")
int BPF_PROG(error_reported, struct sock *sk)
{
	struct tracked *t;
	__u16 error;

	if (sk->__sk_common.skc_state != TCP_SYN_SENT || sk->sk_protocol != IPPROTO_TCP)
		return 0;
	error = queued_error(sk);
	if (!error)
		return 0;
	t = tracked_of(sk->__sk_common.skc_cookie.counter);
	if (t)
		t->error = error;
	return 0;
}
