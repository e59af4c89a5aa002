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
	/* Before it gets one: a socket without a cookie had no connection before. */
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
	/* A restored connection (TCP_REPAIR) has had its handshake elsewhere. */
	if (tp && direction == NETTOP_DIRECTION_OUT)
		t.sends_syn = 1 ^ BPF_CORE_READ_BITFIELD(tp, repair);
	if (t.kind == KIND_SUBFLOW)
		inherit_from_parent(&t);
	else if (is_of_kernel(sk))
		t.owner_source = NETTOP_OWNER_KERNEL;
	else if (read_current(&t.owner))
		t.owner_source = source;
	note_addresses(&t, sk);
	if (!is_new || t.kind == KIND_MPTCP)
		tell_replaced(t.cookie);
	if (t.kind == KIND_MPTCP)
		track_once(&t);
	else
		track(&t);
}

/*
 * The same socket, now with its addresses. Before, many kernels still take its
 * cookie away again. One that connected, and met a peer that did so too, is
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
	struct embryo *embryo;

	if (!tp || find(t.cookie) >= 0)
		return;
	classify(&t, sk);
	/* SYN-ACKs that were sent again for it count among its segments. */
	t.retrans = tp->total_retrans;
	t.syn_retrans = t.retrans;
	embryo = embryo_of(sk);
	if (embryo) {
		if (embryo->owner_source && !t.parent) {
			t.owner = embryo->owner;
			t.owner_source = embryo->owner_source;
		}
		if (!t.parent || !is_join((struct tcp_sock *)sk))
			count_accepted(embryo);
	}
	if (t.parent)
		inherit_from_parent(&t);
	note_addresses(&t, sk);
	track(&t);
}

/*
 * The MPTCP connection that an incoming subflow opens, while that subflow is
 * the embryo of this CPU. Its addresses follow in a moment.
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
	struct embryo *embryo = bpf_map_lookup_elem(&embryos, &zero);

	if (embryo && embryo->owner_source) {
		t.owner = embryo->owner;
		t.owner_source = embryo->owner_source;
	}
	tell_replaced(t.cookie);
	track_once(&t);
}
