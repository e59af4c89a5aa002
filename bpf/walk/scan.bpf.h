/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Follows the sockets that a scan finds. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/claim.bpf.h"
#include "core/ends.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "socket/process.bpf.h"
#include "socket/protocol.bpf.h"
#include "socket/track.bpf.h"
#include "tcp/figures.bpf.h"
#include "tcp/mptcp.bpf.h"
#include "tcp/unseen.bpf.h"

#include "record.h"

static __always_inline bool is_trackable(struct sock *sk)
{
	__u8 state = sk->__sk_common.skc_state;

	if (sk->sk_protocol == IPPROTO_UDP)
		return config.flows && is_udp(sk);
	return is_tcp(sk) && state != TCP_CLOSE && state != TCP_SYN_RECV &&
	       state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV;
}

/*
 * Whether the socket has a slot now and had none before. `counts`: whether to
 * count a socket that finds no room, if this walk counts any. Only one walk
 * does: later sockets are counted when they open.
 */
static __always_inline bool insert_found(const struct tracked *t, const bool counts)
{
	struct nettop_status *s = status_of();
	int claim = insert_once(t);

	/* Its end was reported before the scan met it. Its state is not CLOSE yet. */
	if (claim == CLAIM_WON && has_ended(t->cookie))
		forget(find(t->cookie), t->cookie);
	if (claim == CLAIM_FULL && counts && s && s->scan_counts)
		count_table_full();
	return claim == CLAIM_WON;
}

static __always_inline bool track_found(struct sock *sk, __u64 cookie, struct task_struct *task)
{
	struct tracked t = {
		.cookie = cookie,
		.socket = sk,
		.is_udp = sk->sk_protocol == IPPROTO_UDP,
	};
	struct nettop_status *s = status_of();
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (!s)
		return false;
	/* The causes of earlier retransmits are unknown. */
	if (tp)
		t.retrans = tp->total_retrans;
	if (tp && sk->__sk_common.skc_state != TCP_LISTEN) {
		t.direction = is_passive(tp, true) ? NETTOP_DIRECTION_IN : NETTOP_DIRECTION_OUT;
		t.sends_syn = has_sent_syn(tp, sk->__sk_common.skc_state, true);
	}
	if (tp) {
		if (is_subflow(tp, true))
			note_subflow(&t, tp);
		keep_addresses(&t, sk, tp);
	} else if (!t.is_udp) {
		t.kind = KIND_MPTCP;
	}
	if (task) {
		read_process(&t.owner, task);
		t.owner_source = NETTOP_OWNER_SCAN;
		t.scan = s->scan;
		t.was_found = 1;
	} else if (is_kernel_socket(sk)) {
		t.owner_source = NETTOP_OWNER_KERNEL;
	}
	/* A namespace has each socket once; several processes can have its file. */
	return insert_found(&t, !task);
}
