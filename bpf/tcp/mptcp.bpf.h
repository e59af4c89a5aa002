/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * MPTCP identities. A connection is a socket of its own, the parent, which the
 * process holds. Its subflows are TCP sockets that the kernel creates for it;
 * they have the owner of the parent. Of a listener only the parent is followed:
 * the TCP socket inside it has the same lifetime.
 */
#pragma once

#include "core/field.bpf.h"
#include "core/order.bpf.h"
#include "core/prelude.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"

static __always_inline bool is_subflow(struct tcp_sock *tp, const bool typed)
{
	return bpf_core_field_exists(tp->is_mptcp) && FIELD(tp, is_mptcp);
}

static __always_inline struct mptcp_subflow_context *subflow_context(struct tcp_sock *tp,
								     const bool typed)
{
	if (!bpf_core_type_exists(struct mptcp_subflow_context) || !is_subflow(tp, typed))
		return 0;
	return BPF_CORE_READ(tp, inet_conn.icsk_ulp_data);
}

/* The MPTCP socket that a TCP socket belongs to; NULL if none. */
static __always_inline struct sock *parent_of(struct tcp_sock *tp, const bool typed)
{
	struct mptcp_subflow_context *context = subflow_context(tp, typed);

	return context ? BPF_CORE_READ(context, conn) : 0;
}

/*
 * The key of an MPTCP socket. Its cookie is not unique, because the kernel
 * copies that of the listener into each accepted connection. Its address is
 * unique while it lives. The highest bit sets these keys apart from cookies.
 */
static __always_inline __u64 mptcp_key(const struct sock *sk)
{
	__u64 key = address_of(sk);

	key = (key ^ config.secret) * 0x9e3779b97f4a7c15ULL;
	key = (key ^ key >> 32) * 0xd6e8feb86659fd93ULL;
	return key >> 1 | 1ULL << 63;
}

/* The cookie of a socket. The helper assigns one, and costs more than a load. */
static __always_inline __u64 cookie_of(struct sock *sk)
{
	__u64 cookie = sk->__sk_common.skc_cookie.counter;

	return cookie ?: bpf_get_socket_cookie(sk);
}

/* The key of a socket in the table. */
static __always_inline __u64 key_of(struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_MPTCP ? mptcp_key(sk) : cookie_of(sk);
}

/* The key of the parent of a subflow; 0 if none. */
static __always_inline __u64 parent_key(struct tcp_sock *tp, const bool typed)
{
	struct sock *parent = parent_of(tp, typed);

	return parent ? mptcp_key(parent) : 0;
}

/* The key of a listener in the table: of MPTCP, that of the parent. */
static __always_inline __u64 listener_key(struct sock *listener)
{
	__u64 parent = parent_key((struct tcp_sock *)listener, false);

	return parent ?: BPF_CORE_READ(listener, __sk_common.skc_cookie.counter);
}

/* Whether a subflow joined an existing connection (MP_JOIN). */
static __always_inline bool is_join(struct tcp_sock *tp, const bool typed)
{
	struct mptcp_subflow_context *context = subflow_context(tp, typed);

	return context && BPF_CORE_READ_BITFIELD_PROBED(context, mp_join);
}

/* Whether this is the TCP socket inside an MPTCP listener: it has no remote port. */
static __always_inline bool is_inner_listener(struct sock *sk, struct tcp_sock *tp)
{
	return !sk->__sk_common.skc_dport && is_subflow(tp, true);
}

/*
 * Several connections can have had this key in turn. The parent is the one that
 * opened before the subflow.
 */
static __always_inline void note_parent(struct tracked *t)
{
	const struct tracked *parent = tracked_of(t->parent);
	__u64 opened;

	if (!parent)
		return;
	opened = parent->opened_ns;
	parent = (void *)parent + zero_after(opened);
	if (opened <= t->opened_ns && parent->cookie == t->parent)
		t->parent_opened_ns = opened;
}

/* Sets the kind of a subflow, and its parent. `t->opened_ns` is set before. */
static __always_inline void note_subflow(struct tracked *t, struct tcp_sock *tp)
{
	t->kind = KIND_SUBFLOW;
	t->parent = parent_key(tp, true);
	note_parent(t);
}
