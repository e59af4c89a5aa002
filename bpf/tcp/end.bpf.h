/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The end of a connection or listener. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/ends.bpf.h"
#include "core/events.bpf.h"
#include "core/field.bpf.h"
#include "core/record.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/figures.bpf.h"
#include "tcp/attempts.bpf.h"
#include "tcp/closer.bpf.h"
#include "tcp/figures.bpf.h"
#include "tcp/mptcp.bpf.h"
#include "tcp/mptcp_figures.bpf.h"
#include "tcp/subflow.bpf.h"

#include "record.h"

/*
 * Whether connect failed after the change to SYN_SENT, but before a SYN was
 * sent: no local port was free, or the address pair is in use. The socket layer
 * changes its own state only when the call returns.
 */
static __always_inline bool syn_never_sent(struct sock *sk, int oldstate)
{
	struct socket *socket;

	if (oldstate != TCP_SYN_SENT || sk->sk_err)
		return false;
	socket = BPF_CORE_READ(sk, sk_socket);
	return socket && BPF_CORE_READ(socket, state) == SS_UNCONNECTED;
}

static __always_inline __u8 close_reason(struct sock *sk, int error, int oldstate,
					 bool is_subflow)
{
	switch (error) {
	case 0:
		break;
	case EPIPE:
	case ECONNRESET:
		return NETTOP_CLOSE_RESET;
	case ETIMEDOUT:
		return NETTOP_CLOSE_TIMEOUT;
	case ECONNREFUSED:
		return NETTOP_CLOSE_REFUSED;
	case ENETUNREACH:
	case EHOSTUNREACH:
		return NETTOP_CLOSE_UNREACHABLE;
	case ECONNABORTED:
		return NETTOP_CLOSE_ABORTED;
	default:
		/* ICMP maps to several other errors. */
		return oldstate == TCP_SYN_SENT ? NETTOP_CLOSE_UNREACHABLE : NETTOP_CLOSE_UNKNOWN;
	}
	switch (oldstate) {
	case TCP_SYN_SENT:
		/* The kernel connects a subflow below the socket layer. */
		return !is_subflow && syn_never_sent(sk, oldstate) ? NETTOP_CLOSE_FAILED :
								     NETTOP_CLOSE_CANCELLED;
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
	case TCP_LISTEN:
		return NETTOP_CLOSE_FIN;
	default:
		/* No FIN of this end was acknowledged: this end sent a reset. */
		return NETTOP_CLOSE_RESET;
	}
}

/*
 * Whether the current process ends the connection by a call of its own. It has
 * locked the socket, and `ss -K`, which does so too, sets an error.
 */
static __always_inline bool aborted_by_process(struct sock *sk, int oldstate)
{
	return sk->sk_lock.owned && sk->sk_err == 0 && oldstate != TCP_LISTEN;
}

/*
 * A cancelled attempt can have had an answer by ICMP. The kernel keeps it in
 * sk_err_soft until the process fetches it.
 */
static __always_inline void add_icmp_error(struct nettop_record *r, struct sock *sk,
					   const struct tracked *t)
{
	int error = sk->sk_err_soft;

	if (!error && t)
		error = t->error;
	if (!error)
		return;
	r->error = error;
	r->close_reason = error == ECONNREFUSED ? NETTOP_CLOSE_REFUSED : NETTOP_CLOSE_UNREACHABLE;
}

static __always_inline void report_end(struct sock *sk, int oldstate)
{
	__u64 cookie = key_of(sk);
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct nettop_end_event *e;
	struct nettop_record *r;
	struct tracked *t;
	int error = sk->sk_err, slot;

	if (is_inner_listener(sk))
		return;
	if (aborted_by_process(sk, oldstate))
		note_closer(sk);
	remember_end(cookie);
	slot = find(cookie);
	t = slot_at(slot);
	if (t && t->kind == KIND_SUBFLOW) {
		inherit_from_parent(t);
		pass_error_to_parent(t->parent, error);
	} else if (t && t->kind == KIND_MPTCP) {
		hand_down_owner(address_of(sk), t);
		error = error ?: t->error;
	}
	e = bpf_ringbuf_reserve(&ended, sizeof(*e), 0);
	if (!e) {
		struct nettop_status *s = status_of();

		/*
		 * The slot first: user space compares its connections with the
		 * table when it sees the count.
		 */
		forget(slot, cookie);
		if (s)
			__sync_fetch_and_add(&s->ended_full, 1);
		return;
	}
	r = &e->record;
	event_init(&e->event, NETTOP_EVENT_END, sizeof(*e));
	record_init(r);
	r->cookie = cookie;
	r->time_ns = bpf_ktime_get_boot_ns();
	r->state = TCP_CLOSE;
	r->close_reason = close_reason(sk, error, oldstate, t && t->kind == KIND_SUBFLOW);
	r->error = error;
	if (t)
		read_tracked(r, t);
	if (t && oldstate == TCP_LISTEN)
		r->accepted = t->accepted;
	r->protocol = sk->sk_protocol;
	if (tp)
		read_addresses(r, &tp->inet_conn.icsk_inet, true);
	else
		read_addresses(r, (struct inet_sock *)sk, false);
	if (r->close_reason == NETTOP_CLOSE_CANCELLED)
		add_icmp_error(r, sk, t);
	if (oldstate == TCP_SYN_SENT) {
		r->direction = NETTOP_DIRECTION_OUT;
		r->flags |= NETTOP_FLAG_NEVER_ESTABLISHED;
	} else if (oldstate == TCP_SYN_RECV && r->direction == NETTOP_DIRECTION_OUT) {
		/* Simultaneous open. */
		r->flags |= NETTOP_FLAG_NEVER_ESTABLISHED;
	}
	if (tp && r->close_reason == NETTOP_CLOSE_FAILED) {
		__u64 task = bpf_get_current_pid_tgid();

		/*
		 * No local port means that none was free. Any other error is
		 * known only to the caller.
		 */
		if (!r->local_port)
			r->error = EADDRNOTAVAIL;
		if (config.features & NETTOP_FEATURE_CONNECT_RESULT)
			bpf_map_update_elem(&attempts, &task, &cookie, BPF_ANY);
	}
	if (tp) {
		read_counters(r, tp, t, oldstate, true);
		if (oldstate != TCP_LISTEN)
			leave_out_syn_and_fin(r, tp, oldstate, true);
	} else {
		read_mptcp(r, sk);
	}
	/*
	 * A process may still hold the socket; see tcp/destroy.bpf.h. An orphan is
	 * destroyed at once, whatever process runs.
	 */
	if (tp && oldstate != TCP_LISTEN && t && t->kind == KIND_TCP &&
	    !(sk->__sk_common.skc_flags >> SOCK_DEAD & 1) &&
	    (t->owner_source == NETTOP_OWNER_LISTENER || t->owner_source == NETTOP_OWNER_UNKNOWN))
		await_close(cookie);
	/* Before the record is submitted: no pass may report the socket after its end. */
	forget(slot, cookie);
	bpf_ringbuf_submit(e, wakeup_flags());
}
