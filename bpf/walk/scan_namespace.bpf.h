/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The scan over the sockets of a network namespace. It finds those without a file. */
#pragma once

#include "core/order.bpf.h"
#include "core/prelude.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "tcp/mptcp.bpf.h"
#include "walk/changes.bpf.h"
#include "walk/scan.bpf.h"

#include "record.h"

/* The parent of a subflow. No iterator shows it, and it can be without a file. */
static __always_inline void scan_parent(struct tcp_sock *tp)
{
	struct sock *parent = parent_of(tp, true);
	struct tracked t = {
		.cookie = parent_key(tp, true),
		.socket = parent,
		.kind = KIND_MPTCP,
	};

	if (t.cookie && find(t.cookie) < 0 &&
	    BPF_CORE_READ(parent, __sk_common.skc_state) != TCP_CLOSE)
		insert_found(&t, !is_join(tp, true));
}

/* Gives a connection in the accept queue the owner of its listener, which has this key. */
__noinline int assign_waiting(__u64 child, __u32 slot, __u64 key)
{
	struct tracked *listener = entry_of(slot, key), *t;
	struct tcp_sock *tp = (struct tcp_sock *)child;
	__u64 cookie;

	if (!listener || !child)
		return 0;
	cookie = parent_key(tp, false) ?:
		 BPF_CORE_READ((struct sock *)tp, __sk_common.skc_cookie.counter);
	t = tracked_of(cookie);
	if (!t || t->owner_source != NETTOP_OWNER_UNKNOWN || !listener->owner_source)
		return 0;
	t->owner = listener->owner;
	t->owner_source = child_owner_source(listener);
	full_barrier();
	/* One of the slots has been reused. */
	if (t->cookie != cookie || listener->cookie != key)
		t->owner_source = NETTOP_OWNER_UNKNOWN;
	t->unreported = 1;
	return 0;
}

/* A walk along an accept queue. */
struct queue_walk {
	struct request_sock *request;	/* the next; NULL at the end */
	__u64 key;			/* of the listener, */
	__u32 slot;			/* and its slot */
};

static long visit_waiting(struct bpf_map *map, __u32 *number, void *unused, struct queue_walk *walk)
{
	struct nettop_status *s = status_of();
	struct request_sock *request = walk->request;

	if (!s || !request)
		return 1;
	assign_waiting((__u64)BPF_CORE_READ(request, sk), walk->slot, walk->key);
	walk->request = BPF_CORE_READ(request, dl_next);
	s->waiting++;
	return 0;
}

/*
 * Connections that nobody has accepted yet. The iterator shows listeners before
 * them. Those that are not followed yet get their owner in the next run.
 *
 * The verifier checks a callback once, but each turn of a loop. The map only
 * bounds the walk, to four times the default limit of a queue.
 */
static __always_inline void scan_queue(struct tcp_sock *tp)
{
	struct inet_connection_sock *icsk = (struct inet_connection_sock *)tp;
	struct queue_walk walk = {
		.request = BPF_CORE_READ(icsk, icsk_accept_queue.rskq_accept_head),
		.key = listener_key((struct sock *)tp),
	};
	int slot = find(walk.key);

	if (!walk.request || slot < 0)
		return;
	walk.slot = slot;
	bpf_for_each_map_elem(&changes, visit_waiting, &walk, 0);
}

/*
 * Sockets without a file: not accepted yet, closed by the process, or the
 * kernel's own.
 */
SEC("iter/tcp")
int scan_namespace(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct tcp_sock *tp;
	__u64 cookie;

	if (!common)
		return 0;
	/* NULL for TIME_WAIT and NEW_SYN_RECV, which are not full sockets. */
	tp = bpf_skc_to_tcp_sock(common);
	if (!tp || !is_trackable((struct sock *)tp))
		return 0;
	scan_parent(tp);
	if (common->skc_state == TCP_LISTEN)
		scan_queue(tp);
	if (is_inner_listener((struct sock *)tp, tp))
		return 0;
	cookie = bpf_get_socket_cookie(tp);
	if (find(cookie) < 0)
		track_found((struct sock *)tp, cookie, 0);
	return 0;
}

/* UDP sockets without a file are the kernel's own. */
SEC("iter/udp")
int scan_udp(struct bpf_iter__udp *ctx)
{
	struct udp_sock *up = ctx->udp_sk;
	struct sock *sk = (struct sock *)up;
	__u64 cookie;

	if (!up || !is_trackable(sk))
		return 0;
	cookie = bpf_get_socket_cookie(up);
	if (find(cookie) < 0)
		track_found(sk, cookie, 0);
	return 0;
}
