/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* One TCP or MPTCP socket of the pass. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"
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
 * The segments of a listener are counted in its children, and their place holds
 * what is counted for it: who adds to that marks it as not reported.
 */
static __always_inline bool unchanged(const struct tracked *t, const struct marks *m, __u8 state,
				      __u8 orphaned)
{
	return t->state == (state | orphaned) && t->write_seq == m->write_seq &&
	       t->copied_seq == m->copied_seq && t->drops == m->drops &&
	       (state == TCP_LISTEN ||
		(t->segs_in == m->segs_in && t->segs_out == m->segs_out));
}

/* Whether the memory of a socket is another's by now. */
static __always_inline bool is_another(struct sock *sk, const struct tracked *t, __u64 cookie,
				       const bool typed)
{
	/* Who gets the memory of a parent takes its slot too. */
	if (t->kind == KIND_MPTCP)
		return FIELD(sk, sk_protocol) != IPPROTO_MPTCP;
	return FIELD(sk, __sk_common.skc_cookie.counter) != cookie;
}

/*
 * Whether the process has left a socket that goes on, to send what it has and to
 * see the end acknowledged. In earlier states such a socket waits to be accepted.
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
	struct marks m;
	struct nettop_record *r;
	struct tcp_sock *tp;
	struct sock *sk;
	bool rests;
	__u8 state, left;
	__u32 i;

	tp = typed ? bpf_rdonly_cast(t->socket, bpf_core_type_id_kernel(struct tcp_sock)) :
		     (struct tcp_sock *)t->socket;
	sk = (struct sock *)tp;
	/* Its end was never seen. */
	if (is_another(sk, t, cookie, typed)) {
		tell_unseen(slot, cookie);
		return;
	}
	state = FIELD(sk, __sk_common.skc_state);
	/*
	 * A connection about to open, before the kernel writes its state; but one
	 * that is here twice ended, and the program that sees ends was kept back.
	 */
	if (state == TCP_CLOSE && t->state != TCP_CLOSE) {
		t->state = TCP_CLOSE;
		return;
	}
	s->tracked++;
	if (t->kind == KIND_SUBFLOW)
		inherit_from_parent(t);
	else if ((t->owner_source == NETTOP_OWNER_LISTENER ||
		  t->owner_source == NETTOP_OWNER_UNKNOWN) && FIELD(sk, sk_socket))
		s->unsettled++;
	/* Before the figures: what changes meanwhile is reported by the next pass. */
	m = t->kind == KIND_MPTCP ? marks_of_mptcp(sk, state) : marks_of(tp, state, typed);
	left = orphaned(sk, state, typed);
	rests = unchanged(t, &m, state, left);
	if (rests && !t->unreported && state != TCP_CLOSE)
		return;
	/* Before its addresses are complete. */
	if (state == TCP_SYN_RECV || (t->kind == KIND_MPTCP && state != TCP_LISTEN &&
				      !FIELD(sk, __sk_common.skc_dport)))
		return;
	i = s->changed;
	r = bpf_map_lookup_elem(&changes, &i);
	if (!r)
		return;
	/*
	 * A segment is counted before it is worked on, and if a process has the
	 * socket locked, long before: figures that moved are reported once more.
	 * Set before they are read, as other programs set it when they write.
	 */
	t->unreported = !rests;
	record_init(r);
	r->cookie = cookie;
	r->time_ns = bpf_ktime_get_boot_ns();
	r->state = state;
	r->protocol = protocol_of(t);
	read_tracked(r, t);
	if (state == TCP_LISTEN)
		r->accepted = t->accepted;
	if (left && has_owner(t))
		r->flags |= NETTOP_FLAG_ORPHANED;
	else
		r->flags &= ~NETTOP_FLAG_ORPHANED;
	read_addresses(r, &tp->inet_conn.icsk_inet, typed);
	if (t->kind == KIND_MPTCP)
		read_mptcp(r, sk);
	else
		read_counters(r, tp, t, state, typed);
	/* Its process aborted it, and the kernel set all that it counted back to 0. */
	if (state == TCP_CLOSE && t->kind != KIND_MPTCP && !r->segs_in && !r->segs_out)
		r->flags |= NETTOP_FLAG_UNSEEN;
	/* It ended under our eyes: what was read may be another socket's. */
	if (is_another(sk, t, cookie, typed) || t->cookie != cookie)
		return;
	t->has_record = 1;
	if (state != TCP_LISTEN) {
		t->segs_in = m.segs_in;
		t->segs_out = m.segs_out;
	}
	t->write_seq = m.write_seq;
	t->copied_seq = m.copied_seq;
	t->drops = m.drops;
	t->state = state | left;
	s->changed = i + 1;
	if (state == TCP_CLOSE && release(slot, cookie))
		__sync_fetch_and_add(&s->ends_unseen, 1);
}
