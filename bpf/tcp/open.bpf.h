/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The opening of a connection or listener. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "socket/process.bpf.h"
#include "socket/track.bpf.h"
#include "tcp/mptcp.bpf.h"
#include "tcp/pending.bpf.h"
#include "tcp/subflow.bpf.h"
#include "tcp/unseen.bpf.h"

#include "record.h"

/*
 * The parent of an MPTCP connection opened, or began to listen. `source`: how its
 * owner is known. Other CPUs can find it at the same time.
 *
 * Not static: the verifier checks it once. It takes the socket as an address.
 */
__noinline int parent_opened(__u64 key, __u64 socket, __u8 direction, __u8 source)
{
	struct tracked t = {
		.cookie = key,
		.socket = (struct sock *)socket,
		.opened_ns = bpf_ktime_get_boot_ns(),
		.direction = direction,
		.kind = KIND_MPTCP,
	};
	__u32 zero = 0;
	struct pending_child *child = bpf_map_lookup_elem(&pending, &zero);

	switch (source) {
	case NETTOP_OWNER_KERNEL:
		t.owner_source = source;
		break;
	case NETTOP_OWNER_LISTENER:
		/* An incoming subflow opens it: the pending child of this CPU. */
		if (child && child->owner_source) {
			t.owner = child->owner;
			t.owner_source = child->owner_source;
		}
		break;
	default:
		if (read_current(&t.owner))
			t.owner_source = source;
	}
	report_replaced(key);
	track_once(&t);
	return 0;
}

/* The addresses of the parent are set a moment later. */
static __always_inline void parent_opened_by_peer(struct sock *sk)
{
	parent_opened(mptcp_key(sk), address_of(sk), NETTOP_DIRECTION_IN, NETTOP_OWNER_LISTENER);
}

/* The process called connect or listen. */
static __always_inline void opened_by_process(struct sock *sk, int newstate)
{
	__u8 direction = newstate == TCP_SYN_SENT ? NETTOP_DIRECTION_OUT :
						    NETTOP_DIRECTION_UNKNOWN;
	__u8 source = newstate == TCP_LISTEN ? NETTOP_OWNER_LISTEN : NETTOP_OWNER_CONNECT;
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct tracked *t;
	__u64 cookie;

	if (!tp) {
		parent_opened(mptcp_key(sk), address_of(sk), direction,
			      has_kernel_mark(sk) ? NETTOP_OWNER_KERNEL : source);
		return;
	}
	if (is_inner_listener(sk, tp))
		return;
	cookie = sk->__sk_common.skc_cookie.counter;
	/* A socket without a cookie had no earlier connection. */
	if (cookie) {
		report_replaced(cookie);
		forget_end(cookie);
	} else {
		cookie = bpf_get_socket_cookie(sk);
	}
	t = track(cookie, sk);
	if (!t)
		return;
	t->direction = direction;
	/* A restored connection (TCP_REPAIR) sends no SYN. */
	if (newstate == TCP_SYN_SENT)
		t->sends_syn = 1 ^ BPF_CORE_READ_BITFIELD(tp, repair);
	if (is_subflow(tp, true)) {
		note_subflow(t, tp);
		inherit_from_parent(t);
	} else if (has_kernel_mark(sk)) {
		t->owner_source = NETTOP_OWNER_KERNEL;
	} else if (read_current(&t->owner)) {
		t->owner_source = source;
	}
	keep_addresses(t, sk, tp);
	hold(t, cookie);
}

/*
 * The handshake is complete and the addresses are set. Earlier, many kernels
 * would still reset the cookie.
 */
static __always_inline void opened_by_peer(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	__u64 cookie = sk->__sk_common.skc_cookie.counter;
	struct pending_child *child;
	struct tracked *t;
	bool is_mptcp;

	if (!tp)
		return;
	/* After a simultaneous open the socket is followed already. It has a cookie then. */
	if (cookie) {
		if (find(cookie) >= 0)
			return;
		forget_end(cookie);
	} else {
		cookie = bpf_get_socket_cookie(sk);
	}
	is_mptcp = is_subflow(tp, true);
	child = pending_child_of(sk);
	if (child && !(is_mptcp && is_join(tp, true)))
		count_accepted(child);
	t = track(cookie, sk);
	if (!t)
		return;
	t->direction = NETTOP_DIRECTION_IN;
	/* total_retrans includes retransmitted SYN-ACKs. */
	t->retrans = tp->total_retrans;
	t->syn_retrans = tp->total_retrans;
	if (is_mptcp) {
		note_subflow(t, tp);
		inherit_from_parent(t);
	} else if (child && child->owner_source) {
		t->owner = child->owner;
		t->owner_source = child->owner_source;
	}
	keep_addresses(t, sk, tp);
	hold(t, cookie);
}
