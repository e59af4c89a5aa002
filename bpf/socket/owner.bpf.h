/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The process that a socket belongs to. */
#pragma once

#include "core/order.bpf.h"
#include "core/prelude.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/process.bpf.h"

#include "record.h"

/*
 * Whether the kernel created the socket for itself. No process ever holds it,
 * whichever one was running. The kernel creates MPTCP subflows the same way,
 * but on behalf of a process.
 */
static __always_inline bool is_kernel_socket(struct sock *sk)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;

	if (BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP &&
	    bpf_core_field_exists(tp->is_mptcp) && BPF_CORE_READ(tp, is_mptcp))
		return false;
	return BPF_CORE_READ_BITFIELD_PROBED(sk, sk_kern_sock);
}

/* The same for a socket whose type the verifier knows, and that is no subflow. */
static __always_inline bool has_kernel_mark(struct sock *sk)
{
	return BPF_CORE_READ_BITFIELD(sk, sk_kern_sock);
}

/* The owner source of a child that nobody has accepted yet. */
static __always_inline __u8 child_owner_source(const struct tracked *listener)
{
	return listener->owner_source == NETTOP_OWNER_KERNEL ? NETTOP_OWNER_KERNEL :
							       NETTOP_OWNER_LISTENER;
}

/*
 * Assigns an owner without the socket lock. The socket can end meanwhile, and
 * its slot can be reused: then the new socket has no owner until a scan finds
 * one, rather than a wrong one.
 */
static __always_inline void assign_owner(struct tracked *t, __u64 cookie,
					 struct task_struct *task, __u8 source)
{
	struct nettop_owner owner;

	read_process(&owner, task);
	if (t->cookie != cookie)
		return;
	t->owner = owner;
	t->owner_source = source;
	full_barrier();
	if (t->cookie != cookie)
		t->owner_source = NETTOP_OWNER_UNKNOWN;
	t->unreported = 1;
}
