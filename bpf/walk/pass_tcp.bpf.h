/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Visits one TCP or MPTCP socket. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"
#include "core/order.bpf.h"
#include "core/record.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/figures.bpf.h"
#include "tcp/figures.bpf.h"
#include "tcp/mptcp_figures.bpf.h"
#include "tcp/subflow.bpf.h"
#include "tcp/unseen.bpf.h"
#include "walk/changes.bpf.h"

#include "record.h"

/*
 * A listener has no segment counts. The count in their place has its own flag:
 * whoever adds to it sets `unreported`.
 */
static __always_inline bool unchanged(const struct tracked *t, const struct tcp_snapshot *m,
				      __u8 state, __u8 orphaned)
{
	return t->state == (state | orphaned) && t->write_seq == m->write_seq &&
	       t->copied_seq == m->copied_seq && t->drops == m->drops &&
	       (state == TCP_LISTEN ||
		(t->segs_in == m->segs_in && t->segs_out == m->segs_out &&
		 t->control == m->control));
}

/* Whether the memory of a socket has been reused. */
static __always_inline bool is_another(struct sock *sk, const struct tracked *t, __u64 cookie,
				       const bool typed)
{
	/* A new MPTCP socket at this address takes over the slot too. */
	if (t->kind == KIND_MPTCP)
		return FIELD(sk, sk_protocol) != IPPROTO_MPTCP;
	return FIELD(sk, __sk_common.skc_cookie.counter) != cookie;
}

/*
 * Whether the process has closed a socket that is still sending data or waiting
 * for acknowledgements. In earlier states a socket without a process is waiting
 * to be accepted.
 */
static __always_inline __u8 orphaned(struct sock *sk, __u8 state, const bool typed)
{
	switch (state) {
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		return FIELD(sk, sk_socket) ? 0 : ORPHANED;
	default:
		return 0;
	}
}

static __always_inline void visit_tcp(struct nettop_status *s, struct tracked *t, __u32 slot,
				      __u64 cookie, const bool typed)
{
	struct tcp_snapshot m;
	struct nettop_record *r;
	struct tcp_sock *tp;
	struct sock *sk;
	bool idle, has_data = false;
	__u8 state, orphan, before;
	__u32 i;

	tp = typed ? bpf_rdonly_cast(t->socket, bpf_core_type_id_kernel(struct tcp_sock)) :
		     (struct tcp_sock *)t->socket;
	sk = (struct sock *)tp;
	/* No program saw the end. */
	if (is_another(sk, t, cookie, typed)) {
		report_unseen(slot, cookie);
		return;
	}
	state = FIELD(sk, __sk_common.skc_state);
	/*
	 * The socket is about to open, and the kernel has not written its state
	 * yet. If it is still closed at the next pass, no program saw its end.
	 */
	before = t->state & ORPHANED;
	if (state == TCP_CLOSE && t->state != (TCP_CLOSE | before)) {
		t->state = TCP_CLOSE | before;
		return;
	}
	s->tracked++;
	if (t->kind == KIND_SUBFLOW)
		inherit_from_parent(t);
	else if ((t->owner_source == NETTOP_OWNER_LISTENER ||
		  t->owner_source == NETTOP_OWNER_UNKNOWN) && FIELD(sk, sk_socket))
		s->unsettled++;
	/* Before the figures: the next pass reports what changes in between. */
	m = t->kind == KIND_MPTCP ? read_mptcp_snapshot(sk, state) :
				    read_tcp_snapshot(tp, state, typed);
	orphan = state == TCP_CLOSE ? before : orphaned(sk, state, typed);
	idle = unchanged(t, &m, state, orphan);
	/* While there is data to send, the time that it waits grows. */
	if (idle && !t->unreported && state != TCP_CLOSE && !(t->has_record && t->has_data) &&
	    !s->reports_all)
		return;
	/* Its addresses are not complete yet. */
	if (state == TCP_SYN_RECV || (t->kind == KIND_MPTCP && state != TCP_LISTEN &&
				      !FIELD(sk, __sk_common.skc_dport)))
		return;
	i = s->changed;
	r = bpf_map_lookup_elem(&changes, &i);
	if (!r)
		return;
	/*
	 * A segment is counted before it is processed; long before, if a
	 * process has locked the socket. So the next pass reports changed
	 * figures again. The flag is written before the figures are read,
	 * because other programs set it after they write.
	 */
	t->unreported = !idle;
	full_barrier();
	record_init(r);
	r->cookie = cookie;
	r->time_ns = bpf_ktime_get_boot_ns();
	r->state = state;
	r->protocol = protocol_of(t);
	read_tracked(r, t);
	if (state == TCP_LISTEN)
		r->accepted = t->accepted;
	if (orphan && has_owner(t))
		r->flags |= NETTOP_FLAG_ORPHANED;
	else
		r->flags &= ~NETTOP_FLAG_ORPHANED;
	read_addresses(r, sk, &tp->inet_conn.icsk_inet, typed);
	/* A closed socket has given its port back. */
	if (state == TCP_CLOSE && !t->has_record && t->remote_port)
		read_kept_addresses(r, t);
	if (t->kind == KIND_MPTCP)
		read_mptcp(r, sk);
	else
		has_data = read_counters(r, sk, tp, t, state, typed, false);
	/* The process aborted the connection, and the kernel reset all counters. */
	if (state == TCP_CLOSE && t->kind != KIND_MPTCP && !r->segs_in && !r->segs_out)
		r->flags |= NETTOP_FLAG_UNSEEN;
	/* The connection ended meanwhile, and the figures may be those of another socket. */
	full_barrier();
	if (is_another(sk, t, cookie, typed) || t->cookie != cookie)
		return;
	t->has_record = 1;
	t->has_data = has_data;
	if (state != TCP_LISTEN) {
		t->segs_in = m.segs_in;
		t->segs_out = m.segs_out;
		t->control = m.control;
	}
	t->write_seq = m.write_seq;
	t->copied_seq = m.copied_seq;
	t->drops = m.drops;
	t->state = state | orphan;
	s->changed = i + 1;
	if (state == TCP_CLOSE && release(slot, cookie))
		__sync_fetch_and_add(&s->ends_unseen, 1);
}
