/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The scan over the sockets of a network namespace: those without a file. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "tcp/mptcp.bpf.h"
#include "walk/scan.bpf.h"

#include "record.h"

/* The parent of a subflow, which no iterator shows. It has no file. */
static __always_inline void scan_parent(struct tcp_sock *tp)
{
	struct sock *parent = parent_of(tp);
	struct tracked t = {
		.cookie = parent_key(tp),
		.socket = parent,
		.kind = KIND_MPTCP,
	};

	if (t.cookie && find(t.cookie) < 0 &&
	    BPF_CORE_READ(parent, __sk_common.skc_state) != TCP_CLOSE)
		insert_found(&t, !is_join(tp));
}

/* Gives a connection that waits in the queue of a listener the owner of that. */
__noinline int give_waiting(__u64 child, __u32 slot)
{
	struct tracked *listener = slot_at(slot), *t;
	struct tcp_sock *tp = (struct tcp_sock *)child;
	__u64 cookie, key;

	if (!listener || !child)
		return 0;
	key = listener->cookie;
	cookie = parent_key(tp) ?:
		 BPF_CORE_READ((struct sock *)tp, __sk_common.skc_cookie.counter);
	t = tracked_of(cookie);
	if (!t || t->owner_source != NETTOP_OWNER_UNKNOWN || !listener->owner_source)
		return 0;
	t->owner = listener->owner;
	t->owner_source = source_of_child(listener);
	/* Either slot is another's by now. */
	if (t->cookie != cookie || listener->cookie != key)
		t->owner_source = NETTOP_OWNER_UNKNOWN;
	t->unreported = 1;
	return 0;
}

/* What is looked at of the queue of one listener. The default bound of a queue. */
#define MOST_WAITING 4096

/*
 * Connections that nobody has accepted yet. A walk meets listeners before them, so
 * what this one finds is followed only when the next one begins.
 */
static __always_inline void scan_queue(struct tcp_sock *tp)
{
	struct inet_connection_sock *icsk = (struct inet_connection_sock *)tp;
	struct nettop_status *s = status_of();
	struct request_sock *request;
	int slot;

	request = BPF_CORE_READ(icsk, icsk_accept_queue.rskq_accept_head);
	slot = find(listener_key((struct sock *)tp));
	if (!s || !request || slot < 0)
		return;
	for (int i = 0; i < MOST_WAITING && request; i++) {
		give_waiting((__u64)BPF_CORE_READ(request, sk), slot);
		request = BPF_CORE_READ(request, dl_next);
		s->waiting++;
	}
}

/* Sockets without a file: not accepted yet, closed by the process, the kernel's own. */
SEC("iter/tcp")
int scan_namespace(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct tcp_sock *tp;
	__u64 cookie;

	if (!common)
		return 0;
	/* None for TIME_WAIT and SYN_RECV, which are no full sockets. */
	tp = bpf_skc_to_tcp_sock(common);
	if (!tp || !worth_tracking((struct sock *)tp))
		return 0;
	scan_parent(tp);
	if (common->skc_state == TCP_LISTEN)
		scan_queue(tp);
	if (is_inner_listener((struct sock *)tp))
		return 0;
	cookie = bpf_get_socket_cookie(tp);
	if (find(cookie) < 0)
		track_found((struct sock *)tp, cookie, 0);
	return 0;
}

/* Sockets of UDP without a file are the kernel's own. */
SEC("iter/udp")
int scan_udp(struct bpf_iter__udp *ctx)
{
	struct udp_sock *up = ctx->udp_sk;
	struct sock *sk = (struct sock *)up;
	__u64 cookie;

	if (!up || !worth_tracking(sk))
		return 0;
	cookie = bpf_get_socket_cookie(up);
	if (find(cookie) < 0)
		track_found(sk, cookie, 0);
	return 0;
}
