/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Addresses and drops, which every socket has. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"

#include "record.h"

/*
 * `sk` and `inet` are the same socket. A load from the argument of a tracepoint
 * is cheapest, but the verifier takes that for a struct sock, and searches all
 * types of the kernel for each pointer that is loaded from it.
 */
static __always_inline void read_addresses(struct nettop_record *r, struct sock *sk,
					   struct inet_sock *inet, const bool typed)
{
	struct sock_common *common = &sk->__sk_common;
	struct net *net = FIELD(inet, sk.__sk_common.skc_net.net);

	r->family = FIELD(common, skc_family);
	if (r->family == AF_INET6) {
		r->interface = FIELD(common, skc_bound_dev_if);
		if (typed) {
			copy_16(r->local_address, common->skc_v6_rcv_saddr);
			copy_16(r->remote_address, common->skc_v6_daddr);
		} else {
			bpf_probe_read_kernel(r->local_address, 16, &common->skc_v6_rcv_saddr);
			bpf_probe_read_kernel(r->remote_address, 16, &common->skc_v6_daddr);
		}
	} else {
		*(__be32 *)r->local_address = FIELD(common, skc_rcv_saddr);
		*(__be32 *)r->remote_address = FIELD(common, skc_daddr);
	}
	/* skc_num is already 0 when the final record is made. */
	r->local_port = bpf_ntohs(FIELD(inet, inet_sport));
	r->remote_port = bpf_ntohs(FIELD(common, skc_dport));
	r->netns = FIELD(net, ns.inum);
	if (bpf_core_field_exists(net->net_cookie))
		r->netns_cookie = FIELD(net, net_cookie);
}

/*
 * The figure after `d` in `ss -m`. Sockets with counters for NUMA nodes do not
 * use sk_drops.
 */
static __always_inline __u32 drops_of(struct sock *sk, const bool typed)
{
	struct numa_drop_counters *counters;

	if (bpf_core_field_exists(sk->sk_drop_counters)) {
		counters = FIELD(sk, sk_drop_counters);
		if (counters)
			return FIELD(counters, drops0.counter) + FIELD(counters, drops1.counter);
	}
	return FIELD(sk, sk_drops.counter);
}
