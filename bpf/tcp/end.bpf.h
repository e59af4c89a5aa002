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
static __always_inline bool syn_never_sent(struct sock *sk, int error, int oldstate,
					   const bool typed)
{
	struct socket *socket;

	if (oldstate != TCP_SYN_SENT || error)
		return false;
	socket = FIELD(sk, sk_socket);
	return socket && BPF_CORE_READ(socket, state) == SS_UNCONNECTED;
}

/* `never_sent`: see syn_never_sent(). */
static __always_inline __u8 close_reason(int error, int oldstate, bool never_sent)
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
		return never_sent ? NETTOP_CLOSE_FAILED : NETTOP_CLOSE_CANCELLED;
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
static __always_inline bool aborted_by_process(struct sock *sk, int error, int oldstate,
					       const bool typed)
{
	return !error && oldstate != TCP_LISTEN && FIELD(sk, sk_lock.owned);
}

/*
 * A cancelled attempt can have had an answer by ICMP. The kernel keeps it in
 * sk_err_soft until the process fetches it.
 */
static __always_inline void add_icmp_error(struct nettop_record *r, struct sock *sk,
					   const struct tracked *t, const bool typed)
{
	int error = FIELD(sk, sk_err_soft);

	if (!error && t)
		error = t->error;
	if (!error)
		return;
	r->error = error;
	r->close_reason = error == ECONNREFUSED ? NETTOP_CLOSE_REFUSED : NETTOP_CLOSE_UNREACHABLE;
}

/* There is no room for the record of an end. */
static __always_inline void lose_end(int slot, __u64 key)
{
	struct nettop_status *s = status_of();

	/*
	 * The slot first: user space compares its connections with the table
	 * when it sees the count.
	 */
	forget(slot, key);
	if (s)
		__sync_fetch_and_add(&s->ended_full, 1);
}

/* Begins a reserved record with what is known without the figures of the socket. */
static __always_inline struct nettop_record *begin_end(struct nettop_end_event *e,
						       const struct tracked *t, __u64 key,
						       int error, int oldstate)
{
	struct nettop_record *r = &e->record;

	event_init(&e->event, NETTOP_EVENT_END, sizeof(*e));
	record_init(r);
	r->cookie = key;
	r->time_ns = bpf_ktime_get_boot_ns();
	r->state = TCP_CLOSE;
	r->error = error;
	if (t)
		read_tracked(r, t);
	if (t && oldstate == TCP_LISTEN)
		r->accepted = t->accepted;
	if (oldstate == TCP_SYN_SENT) {
		r->direction = NETTOP_DIRECTION_OUT;
		r->flags |= NETTOP_FLAG_NEVER_ESTABLISHED;
	} else if (oldstate == TCP_SYN_RECV && r->direction == NETTOP_DIRECTION_OUT) {
		/* Simultaneous open. */
		r->flags |= NETTOP_FLAG_NEVER_ESTABLISHED;
	}
	return r;
}

/*
 * The end of an MPTCP parent.
 *
 * Not static: the verifier checks it once. It takes the socket as an address.
 */
__noinline int report_parent_end(__u64 key, __u64 socket, int oldstate)
{
	struct sock *sk = (struct sock *)socket;
	int error = BPF_CORE_READ(sk, sk_err), slot;
	struct nettop_end_event *e;
	struct nettop_record *r;
	struct tracked *t;

	remember_end(key);
	t = lookup(key, &slot);
	if (aborted_by_process(sk, error, oldstate, false))
		note_closer(t);
	if (t) {
		hand_down_owner(socket, t);
		error = error ?: t->error;
	}
	e = bpf_ringbuf_reserve(&ended, sizeof(*e), 0);
	if (!e) {
		lose_end(slot, key);
		return 0;
	}
	r = begin_end(e, t, key, error, oldstate);
	r->close_reason = close_reason(error, oldstate,
				       syn_never_sent(sk, error, oldstate, false));
	if (r->close_reason == NETTOP_CLOSE_CANCELLED)
		add_icmp_error(r, sk, t, false);
	r->protocol = IPPROTO_MPTCP;
	read_addresses(r, sk, (struct inet_sock *)sk, false);
	read_mptcp(r, sk);
	/* Before the record is submitted: no pass may report the socket after its end. */
	forget(slot, key);
	bpf_ringbuf_submit(e, wakeup_flags());
	return 0;
}

/*
 * An attempt failed before a SYN was sent. No local port means that none was
 * free. Any other error is known only to the caller.
 */
static __always_inline void note_failed_attempt(struct nettop_record *r)
{
	/* Old verifiers take only the stack for a key or value. */
	__u64 task = bpf_get_current_pid_tgid(), cookie = r->cookie;

	if (!r->local_port)
		r->error = EADDRNOTAVAIL;
	if (config.features & NETTOP_FEATURE_CONNECT_RESULT)
		bpf_map_update_elem(&attempts, &task, &cookie, BPF_ANY);
}

/*
 * Whether a process may close the socket later, which identifies an owner that
 * is unknown; see tcp/destroy.bpf.h. An orphan is destroyed at once, whatever
 * process runs.
 */
static __always_inline bool may_be_closed(struct sock *sk, const struct tracked *t, int oldstate)
{
	return t->kind == KIND_TCP && oldstate != TCP_LISTEN &&
	       (t->owner_source == NETTOP_OWNER_LISTENER ||
		t->owner_source == NETTOP_OWNER_UNKNOWN) &&
	       !(sk->__sk_common.skc_flags >> SOCK_DEAD & 1);
}

static __always_inline void report_end(struct sock *sk, int oldstate)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct nettop_end_event *e;
	/* The same, not trusted: see read_addresses(). */
	struct sock *found = (struct sock *)tp;
	bool is_subflow = false;
	struct nettop_record *r;
	struct tracked *t;
	int error, slot;
	__u64 cookie;

	if (!tp) {
		report_parent_end(mptcp_key(sk), address_of(sk), oldstate);
		return;
	}
	if (is_inner_listener(sk, tp))
		return;
	cookie = cookie_of(sk);
	error = sk->sk_err;
	remember_end(cookie);
	t = lookup(cookie, &slot);
	if (aborted_by_process(sk, error, oldstate, true))
		note_closer(t);
	if (t && t->kind == KIND_SUBFLOW) {
		is_subflow = true;
		inherit_from_parent(t);
		pass_error_to_parent(t->parent, error);
	}
	e = bpf_ringbuf_reserve(&ended, sizeof(*e), 0);
	if (!e) {
		lose_end(slot, cookie);
		return;
	}
	r = begin_end(e, t, cookie, error, oldstate);
	r->protocol = IPPROTO_TCP;
	read_addresses(r, sk, &tp->inet_conn.icsk_inet, true);
	/* The kernel connects a subflow below the socket layer. */
	r->close_reason = close_reason(error, oldstate,
				       !is_subflow && syn_never_sent(found, error, oldstate, true));
	if (r->close_reason == NETTOP_CLOSE_CANCELLED)
		add_icmp_error(r, sk, t, true);
	else if (r->close_reason == NETTOP_CLOSE_FAILED)
		note_failed_attempt(r);
	read_counters(r, found, tp, t, oldstate, true, true);
	if (oldstate != TCP_LISTEN)
		leave_out_syn_and_fin(r, sk, oldstate);
	if (t && may_be_closed(sk, t, oldstate))
		await_close(cookie);
	/* Before the record is submitted: no pass may report the socket after its end. */
	release_entry(t, slot, cookie);
	bpf_ringbuf_submit(e, wakeup_flags());
}
