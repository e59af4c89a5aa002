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

/* The process called connect or listen. */
static __always_inline void opened_by_process(struct sock *sk, __u8 direction, __u8 source)
{
	/*
	 * Read before key_of() assigns a cookie: a socket without one had no
	 * earlier connection.
	 */
	bool is_new = !sk->__sk_common.skc_cookie.counter;
	struct tracked t = {
		.cookie = key_of(sk),
		.socket = sk,
		.opened_ns = bpf_ktime_get_boot_ns(),
		.direction = direction,
	};
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (is_inner_listener(sk))
		return;
	classify(&t, sk);
	/* A restored connection (TCP_REPAIR) sends no SYN. */
	if (tp && direction == NETTOP_DIRECTION_OUT)
		t.sends_syn = 1 ^ BPF_CORE_READ_BITFIELD(tp, repair);
	if (t.kind == KIND_SUBFLOW)
		inherit_from_parent(&t);
	else if (is_kernel_socket(sk))
		t.owner_source = NETTOP_OWNER_KERNEL;
	else if (read_current(&t.owner))
		t.owner_source = source;
	keep_addresses(&t, tp);
	if (!is_new || t.kind == KIND_MPTCP)
		report_replaced(t.cookie);
	if (t.kind == KIND_MPTCP)
		track_once(&t);
	else
		track(&t);
}

/*
 * The handshake is complete and the addresses are set. Earlier, many kernels
 * would still reset the cookie. After a simultaneous open the socket is
 * followed already.
 */
static __always_inline void opened_by_peer(struct sock *sk)
{
	struct tracked t = {
		.cookie = bpf_get_socket_cookie(sk),
		.socket = sk,
		.opened_ns = bpf_ktime_get_boot_ns(),
		.direction = NETTOP_DIRECTION_IN,
	};
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct pending_child *child;

	if (!tp || find(t.cookie) >= 0)
		return;
	classify(&t, sk);
	/* total_retrans includes retransmitted SYN-ACKs. */
	t.retrans = tp->total_retrans;
	t.syn_retrans = t.retrans;
	child = pending_child_of(sk);
	if (child) {
		if (child->owner_source && !t.parent) {
			t.owner = child->owner;
			t.owner_source = child->owner_source;
		}
		if (!t.parent || !is_join((struct tcp_sock *)sk))
			count_accepted(child);
	}
	if (t.parent)
		inherit_from_parent(&t);
	keep_addresses(&t, tp);
	track(&t);
}

/*
 * An incoming subflow opens its MPTCP connection. The subflow is the pending
 * child of this CPU. The addresses of the parent are set a moment later.
 */
static __always_inline void parent_opened_by_peer(struct sock *sk)
{
	struct tracked t = {
		.cookie = mptcp_key(sk),
		.socket = sk,
		.opened_ns = bpf_ktime_get_boot_ns(),
		.direction = NETTOP_DIRECTION_IN,
		.kind = KIND_MPTCP,
	};
	__u32 zero = 0;
	struct pending_child *child = bpf_map_lookup_elem(&pending, &zero);

	if (child && child->owner_source) {
		t.owner = child->owner;
		t.owner_source = child->owner_source;
	}
	report_replaced(t.cookie);
	track_once(&t);
}
