/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The protocols that are followed. */
#pragma once

#include "core/prelude.bpf.h"

/* Of TCP, or the parent of an MPTCP connection. */
static __always_inline bool is_tcp(struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_TCP || sk->sk_protocol == IPPROTO_MPTCP;
}

static __always_inline bool is_udp(struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	return BPF_CORE_READ(sk, sk_protocol) == IPPROTO_UDP &&
	       BPF_CORE_READ(sk, sk_type) == SOCK_DGRAM &&
	       (family == AF_INET || family == AF_INET6);
}
