/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The process that a socket belongs to. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/process.bpf.h"

#include "record.h"

/*
 * Whether the kernel made the socket for itself: no process ever has it, whoever
 * ran at that moment. Subflows of MPTCP are made likewise, but for a process.
 */
static __always_inline bool is_of_kernel(struct sock *sk)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;

	if (BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP &&
	    bpf_core_field_exists(tp->is_mptcp) && BPF_CORE_READ(tp, is_mptcp))
		return false;
	return BPF_CORE_READ_BITFIELD_PROBED(sk, sk_kern_sock);
}

/* What is known of the owner of a socket when nobody has accepted it yet. */
static __always_inline __u8 source_of_child(const struct tracked *listener)
{
	return listener->owner_source == NETTOP_OWNER_KERNEL ? NETTOP_OWNER_KERNEL :
							       NETTOP_OWNER_LISTENER;
}

/*
 * Gives a socket its owner where the socket is not locked. It can end in
 * between, and its slot be another socket's: that one then has no owner until
 * it is found, rather than a wrong one.
 */
static __always_inline void give(struct tracked *t, __u64 cookie, struct task_struct *task,
				 __u8 source)
{
	struct nettop_owner owner;

	read_process(&owner, task);
	if (t->cookie != cookie)
		return;
	t->owner = owner;
	t->owner_source = source;
	if (t->cookie != cookie)
		t->owner_source = NETTOP_OWNER_UNKNOWN;
	t->unreported = 1;
}
