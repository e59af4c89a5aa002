/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The figures of a UDP socket. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"
#include "core/record.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/figures.bpf.h"

#include "record.h"

/* Changes whenever a figure of the socket does. */
static __always_inline struct udp_snapshot read_udp_snapshot(struct sock *sk, const bool typed)
{
	struct udp_sock *up = (struct udp_sock *)sk;
	struct udp_snapshot m;

	/* As in udp_diag. */
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
				     const struct tracked *t, const struct udp_snapshot *m,
				     const bool typed)
{
	r->time_ns = bpf_ktime_get_boot_ns();
	if (r->state == TCP_CLOSE)
		r->close_reason = NETTOP_CLOSE_CLOSED;
	read_tracked(r, t);
	r->protocol = IPPROTO_UDP;
	r->drops = drops_of(sk, typed);
	r->unread = m->unread;
	r->unacked = m->unsent;
	read_addresses(r, (struct inet_sock *)sk, typed);
}
