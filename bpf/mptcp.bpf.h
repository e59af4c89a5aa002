/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * MPTCP. A connection is a socket of its own, the parent, which the process
 * holds; its subflows are TCP sockets that the kernel creates for it, and belong
 * to whoever holds the parent. Of a listener, only the parent is followed: the
 * TCP socket within it lives and dies with it.
 */
#pragma once

/* The bounds of a walk over the subflows of a connection; the kernel allows 8. */
#define MOST_SUBFLOWS 8

static __always_inline bool is_subflow(struct tcp_sock *tp)
{
	bool is_mptcp = false;

	if (bpf_core_field_exists(tp->is_mptcp))
		bpf_probe_read_kernel(&is_mptcp, sizeof(is_mptcp), &tp->is_mptcp);
	return is_mptcp;
}

static __always_inline struct mptcp_subflow_context *subflow_context(struct tcp_sock *tp)
{
	if (!bpf_core_type_exists(struct mptcp_subflow_context) || !is_subflow(tp))
		return 0;
	return BPF_CORE_READ(tp, inet_conn.icsk_ulp_data);
}

static __always_inline bool is_followed(struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_TCP || sk->sk_protocol == IPPROTO_MPTCP;
}

/* The MPTCP socket that a TCP socket is part of, NULL if there is none. */
static __always_inline struct sock *parent_of(struct tcp_sock *tp)
{
	struct mptcp_subflow_context *context = subflow_context(tp);

	return context ? BPF_CORE_READ(context, conn) : 0;
}

/*
 * The key of an MPTCP socket. The kernel copies the cookie of a listener
 * into each connection that it accepts, so it says nothing; the address of a
 * socket is its own as long as it lives. No cookie has the highest bit.
 */
static __always_inline __u64 mptcp_key(const struct sock *sk)
{
	const struct sock *volatile pointer = sk;
	__u64 key;

	/* The verifier rejects arithmetic with a typed pointer. */
	bpf_probe_read_kernel(&key, sizeof(key), (void *)&pointer);
	key = (key ^ config.secret) * 0x9e3779b97f4a7c15ULL;
	key = (key ^ key >> 32) * 0xd6e8feb86659fd93ULL;
	return key >> 1 | 1ULL << 63;
}

/* The key of a followed socket. */
static __always_inline __u64 key_of(struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_MPTCP ? mptcp_key(sk) : bpf_get_socket_cookie(sk);
}

/* The key of a subflow's parent; 0 if there is none. */
static __always_inline __u64 parent_key(struct tcp_sock *tp)
{
	struct sock *parent = parent_of(tp);

	return parent ? mptcp_key(parent) : 0;
}

/* Whether a subflow was added to a connection, rather than opened it. */
static __always_inline bool is_join(struct tcp_sock *tp)
{
	struct mptcp_subflow_context *context = subflow_context(tp);

	return context && BPF_CORE_READ_BITFIELD_PROBED(context, mp_join);
}

/* Whether it is the TCP socket within an MPTCP listener, recognised by its ports. */
static __always_inline bool is_inner_listener(struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_TCP && !sk->__sk_common.skc_dport &&
	       is_subflow((struct tcp_sock *)sk);
}

/*
 * Remembers which of the connections that had this key one after the other is
 * the parent: one that opened before the subflow did.
 */
static __always_inline void note_parent(struct tracked *t)
{
	const struct tracked *parent = slot_at(find(t->parent));
	__u64 opened;

	if (!parent)
		return;
	opened = parent->opened_ns;
	if (opened <= t->opened_ns && parent->cookie == t->parent)
		t->parent_opened_ns = opened;
}

/* The kind of a socket, and the parent of a subflow. */
static __always_inline void classify(struct tracked *t, struct sock *sk)
{
	if (sk->sk_protocol == IPPROTO_MPTCP) {
		t->kind = KIND_MPTCP;
		return;
	}
	if (!is_subflow((struct tcp_sock *)sk))
		return;
	t->kind = KIND_SUBFLOW;
	t->parent = parent_key((struct tcp_sock *)sk);
	note_parent(t);
}

static __always_inline bool same_owner(const struct tracked *a, const struct tracked *b)
{
	const __u64 *one = (const __u64 *)&a->owner, *other = (const __u64 *)&b->owner;

	for (__u32 i = 0; i < sizeof(a->owner) / sizeof(__u64); i++)
		if (one[i] != other[i])
			return false;
	return a->owner_source == b->owner_source;
}

/* Gives a subflow the current owner of its parent. */
static __always_inline void inherit(struct tracked *t, const struct tracked *parent, __u64 key)
{
	if (!parent->owner_source || parent->cookie != key || same_owner(t, parent))
		return;
	t->owner = parent->owner;
	t->owner_source = parent->owner_source;
	/* The slot is another's by now. */
	if (parent->cookie != key)
		t->owner_source = NETTOP_OWNER_UNKNOWN;
	t->unreported = 1;
}

static __always_inline void inherit_from_parent(struct tracked *t)
{
	const struct tracked *parent = slot_at(find(t->parent));

	if (parent)
		inherit(t, parent, t->parent);
}

/* A parent that ends before its subflows passes its owner on to them. */
static __always_inline void bequeath(struct sock *sk, const struct tracked *parent)
{
	struct mptcp_sock *msk = (struct mptcp_sock *)sk;
	struct list_head *node;
	__u64 key = parent->cookie;

	if (!bpf_core_type_exists(struct mptcp_sock))
		return;
	node = BPF_CORE_READ(msk, conn_list.next);
	for (int i = 0; i < MOST_SUBFLOWS && node && node != &msk->conn_list; i++) {
		struct mptcp_subflow_context *context =
			(void *)node - bpf_core_field_offset(struct mptcp_subflow_context, node);
		struct sock *subflow = BPF_CORE_READ(context, tcp_sock);
		struct tracked *t = slot_at(
			find(BPF_CORE_READ(subflow, __sk_common.skc_cookie.counter)));

		if (t && t->kind == KIND_SUBFLOW && t->parent == key)
			inherit(t, parent, key);
		node = BPF_CORE_READ(node, next);
	}
}

/* Its parent learns of the error late, after it has ended by it. */
static __always_inline void pass_on_error(const struct tracked *t, __u16 error)
{
	struct tracked *parent = slot_at(find(t->parent));

	if (parent)
		parent->error = error;
}

/* The figures of a parent, as mptcp_diag and `getsockopt(MPTCP_INFO)` have them. */
static __always_inline void read_mptcp(struct nettop_record *r, struct sock *sk)
{
	struct mptcp_sock *msk = (struct mptcp_sock *)sk;

	r->bytes_sent = ~0ULL;
	r->bytes_received = ~0ULL;
	r->segs_out = 0;
	r->segs_in = 0;
	r->total_retrans = ~0U;
	r->srtt_us = 0;
	r->mdev_us = 0;
	r->min_rtt_us = ~0U;
	r->snd_cwnd = ~0U;
	r->unread = ~0U;
	r->unacked = ~0U;
	r->unsent = ~0U;
	r->drops = drops_of(sk, false);
	if (!bpf_core_type_exists(struct mptcp_sock))
		return;
	if (r->state == TCP_LISTEN) {
		struct sock *listener = BPF_CORE_READ(msk, first);

		r->drops = listener ? drops_of(listener, false) : 0;
		r->unread = BPF_CORE_READ(listener, sk_ack_backlog);
		r->unacked = BPF_CORE_READ(listener, sk_max_ack_backlog);
		r->unsent = 0;
		return;
	}
	/* Counted since Linux 6.5. bytes_sent does not include retransmits. */
	if (bpf_core_field_exists(msk->bytes_sent)) {
		r->bytes_sent = BPF_CORE_READ(msk, bytes_sent);
		r->bytes_received = BPF_CORE_READ(msk, bytes_received);
	}
	if (bpf_core_field_exists(msk->bytes_consumed))
		r->unread = BPF_CORE_READ(msk, bytes_received) - BPF_CORE_READ(msk, bytes_consumed);

	__u64 write_seq = BPF_CORE_READ(msk, write_seq);

	r->unacked = ahead(write_seq, BPF_CORE_READ(msk, snd_una));
	r->unsent = ahead(write_seq, BPF_CORE_READ(msk, snd_nxt));
}

/* Changes whenever a figure of a parent changes. */
static __always_inline struct marks marks_of_mptcp(struct sock *sk, __u8 state)
{
	struct mptcp_sock *msk = (struct mptcp_sock *)sk;
	struct marks m = {};

	if (!bpf_core_type_exists(struct mptcp_sock))
		return m;
	if (state == TCP_LISTEN) {
		struct sock *listener = BPF_CORE_READ(msk, first);

		m.drops = listener ? drops_of(listener, false) : 0;
		m.write_seq = BPF_CORE_READ(listener, sk_max_ack_backlog);
		m.copied_seq = BPF_CORE_READ(listener, sk_ack_backlog);
		return m;
	}
	m.segs_in = BPF_CORE_READ(msk, ack_seq);
	/* Both only grow. */
	m.segs_out = BPF_CORE_READ(msk, snd_nxt) + BPF_CORE_READ(msk, snd_una);
	m.write_seq = BPF_CORE_READ(msk, write_seq);
	if (bpf_core_field_exists(msk->bytes_consumed))
		m.copied_seq = BPF_CORE_READ(msk, bytes_consumed);
	return m;
}
