/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * UDP sockets, from creation to end. They are in the table of all sockets; the
 * process that creates one is its owner. Their datagrams are counted as flows.
 */
#pragma once

static __always_inline bool is_udp(struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	return BPF_CORE_READ(sk, sk_protocol) == IPPROTO_UDP &&
	       BPF_CORE_READ(sk, sk_type) == SOCK_DGRAM &&
	       (family == AF_INET || family == AF_INET6);
}

/* Changes whenever a figure of the socket itself changes. */
static __always_inline struct udp_marks read_marks(struct sock *sk, const bool typed)
{
	struct udp_sock *up = (struct udp_sock *)sk;
	struct udp_marks m;

	/* As udp_diag counts them. */
	m.unread = FIELD(sk, sk_backlog.rmem_alloc.counter) - FIELD(up, forward_deficit);
	m.unsent = FIELD(sk, sk_wmem_alloc.refs.counter) - 1;
	m.ports = FIELD(sk, __sk_common.skc_num) | FIELD(sk, __sk_common.skc_dport) << 16;
	m.remote = FIELD(sk, __sk_common.skc_daddr);
	if (FIELD(sk, __sk_common.skc_family) == AF_INET6)
		for (int i = 0; i < 4; i++)
			m.remote = m.remote * 31 +
				   FIELD(sk, __sk_common.skc_v6_daddr.in6_u.u6_addr32[i]);
	return m;
}

static __always_inline void read_udp(struct nettop_record *r, struct sock *sk,
				     const struct tracked *t, const struct udp_marks *m,
				     const bool typed)
{
	r->time_ns = bpf_ktime_get_boot_ns();
	r->close_reason = r->state == TCP_CLOSE ? NETTOP_CLOSE_CLOSED : NETTOP_CLOSE_UNKNOWN;
	r->error = 0;
	r->bytes_sent = 0;
	r->bytes_received = 0;
	r->segs_out = 0;
	r->segs_in = 0;
	r->total_retrans = 0;
	r->srtt_us = 0;
	r->mdev_us = 0;
	r->min_rtt_us = ~0U;
	r->snd_cwnd = 0;
	r->unsent = 0;
	read_tracked(r, t, false);
	r->protocol = IPPROTO_UDP;
	r->drops = drops_of(sk, typed);
	r->unread = m->unread;
	r->unacked = m->unsent;
	read_addresses(r, (struct inet_sock *)sk, typed);
}

/* One socket of the pass; it is skipped while there is nothing left to report. */
static __always_inline void visit_udp(struct nettop_status *s, struct tracked *t, __u32 slot,
				      __u64 cookie, const bool typed)
{
	struct sock *sk = typed ? bpf_rdonly_cast(t->socket, bpf_core_type_id_kernel(struct udp_sock)) :
				  t->socket;
	struct nettop_record *r;
	bool ended, rests;
	struct udp_marks m;
	__u32 drops, i;

	/* No program sees the end of the kernel's own; its last figures can be gone. */
	ended = FIELD(sk, __sk_common.skc_cookie.counter) != cookie ||
		FIELD(sk, __sk_common.skc_flags) >> SOCK_DEAD & 1;
	if (ended && !t->has_record) {
		release(slot, cookie);
		return;
	}
	s->tracked += !ended;
	if (t->owner_source == NETTOP_OWNER_UNKNOWN && FIELD(sk, sk_socket))
		s->unsettled++;
	m = read_marks(sk, typed);
	drops = drops_of(sk, typed);
	rests = t->udp.unread == m.unread && t->udp.unsent == m.unsent &&
		t->udp.ports == m.ports && t->udp.remote == m.remote && t->drops == drops;
	if (rests && !t->unreported && !ended)
		return;
	/* Nobody can reach it yet. */
	if (!FIELD(sk, __sk_common.skc_num) && !t->has_record)
		return;
	i = s->changed;
	r = bpf_map_lookup_elem(&changes, &i);
	if (!r)
		return;
	t->unreported = 0;
	r->cookie = cookie;
	r->state = ended ? TCP_CLOSE :
		   FIELD(sk, __sk_common.skc_state) == TCP_ESTABLISHED ? TCP_ESTABLISHED : 0;
	read_udp(r, sk, t, &m, typed);
	/* Its memory is another's: user space has what was reported last. */
	if (FIELD(sk, __sk_common.skc_cookie.counter) != cookie) {
		if (!ended)
			return;
		r->netns = 0;
	}
	if (t->cookie != cookie)
		return;
	t->udp = m;
	t->drops = drops;
	t->has_record = 1;
	s->changed = i + 1;
	if (ended)
		release(slot, cookie);
}

/* Created by the current process; the kernel's own are found with their first datagram. */
static __always_inline void udp_made(struct sock *sk, __u64 cookie)
{
	struct tracked t = {
		.cookie = cookie,
		.socket = sk,
		.opened_ns = bpf_ktime_get_boot_ns(),
		.is_udp = 1,
	};

	if (read_current(&t.owner))
		t.owner_source = NETTOP_OWNER_CREATE;
	track(&t);
}

/*
 * Its process closed it. Reported only if it was reported before, or has
 * datagrams: many sockets are created only for a query to the kernel.
 */
static __always_inline void udp_closed(struct sock *sk, __u64 cookie)
{
	struct nettop_record *r;
	struct tracked *t;
	struct udp_marks m;
	int slot;

	slot = find(cookie);
	t = slot_at(slot);
	if (!t)
		return;
	if (!t->has_record) {
		release(slot, cookie);
		return;
	}
	r = bpf_ringbuf_reserve(&ended, sizeof(*r), 0);
	if (!r) {
		struct nettop_status *s = status_of();

		release(slot, cookie);
		if (s)
			__sync_fetch_and_add(&s->ended_full, 1);
		return;
	}
	m = read_marks(sk, false);
	r->cookie = cookie;
	r->state = TCP_CLOSE;
	read_udp(r, sk, t, &m, false);
	/* Before the record can be read: no pass may report the socket after it. */
	release(slot, cookie);
	bpf_ringbuf_submit(r, wakeup());
}
