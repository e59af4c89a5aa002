/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The figures of a UDP socket. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"
#include "core/order.bpf.h"
#include "core/record.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/figures.bpf.h"

#include "record.h"

/* The remote end that a socket is connected to; no port if it is not connected. */
struct udp_remote {
	__u32 address[4];	/* as in a record */
	__be16 port;
};

/*
 * Reads the remote end; false if the socket was connected or disconnected
 * meanwhile. The kernel writes the state after address and port, and clears it
 * before them: read without it, they can be of two moments.
 */
static __always_inline bool read_udp_remote(struct udp_remote *to, struct sock *sk,
					    const bool typed)
{
	struct sock_common *common = &sk->__sk_common;
	__u8 state = FIELD(common, skc_state);
	__u64 first = 0;

	__builtin_memset(to, 0, sizeof(*to));
	if (state != TCP_ESTABLISHED)
		return true;
	common = (void *)common + zero_after(state);
	to->port = FIELD(common, skc_dport);
	if (FIELD(common, skc_family) == AF_INET6)
		for (int i = 0; i < 4; i++)
			to->address[i] = FIELD(common, skc_v6_daddr.in6_u.u6_addr32[i]);
	else
		to->address[0] = FIELD(common, skc_daddr);
	first = to->port | to->address[0] | to->address[1] | to->address[2] | to->address[3];
	common = (void *)common + zero_after(first);
	return FIELD(common, skc_state) == TCP_ESTABLISHED;
}

/* Changes whenever a figure of the socket does. */
static __always_inline struct udp_snapshot read_udp_snapshot(struct sock *sk,
							     const struct udp_remote *remote,
							     const bool typed)
{
	struct udp_sock *up = (struct udp_sock *)sk;
	struct udp_snapshot m;

	/* As in udp_diag. */
	m.unread = FIELD(sk, sk_backlog.rmem_alloc.counter) - FIELD(up, forward_deficit);
	m.unsent = FIELD(sk, sk_wmem_alloc.refs.counter) - 1;
	m.local_port = FIELD(sk, __sk_common.skc_num);
	m.remote_port = remote->port;
	m.remote = ((remote->address[0] * 31 + remote->address[1]) * 31 + remote->address[2]) * 31 +
		   remote->address[3];
	return m;
}

static __always_inline void read_udp(struct nettop_record *r, struct sock *sk,
				     const struct tracked *t, const struct udp_snapshot *m,
				     const struct udp_remote *remote, const bool typed)
{
	r->time_ns = bpf_ktime_get_boot_ns();
	if (r->state == TCP_CLOSE)
		r->close_reason = NETTOP_CLOSE_CLOSED;
	read_tracked(r, t);
	r->protocol = IPPROTO_UDP;
	r->drops = drops_of(sk, typed);
	r->unread = m->unread;
	r->unacked = m->unsent;
	read_addresses(r, sk, (struct inet_sock *)sk, typed);
	__builtin_memcpy(r->remote_address, remote->address, 16);
	r->remote_port = bpf_ntohs(remote->port);
}
