/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The process that accepts a connection. Needs function hooks. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "tcp/mptcp.bpf.h"

#include "record.h"

static __always_inline int assign_accepted(struct socket *accepted)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sock *sk = accepted->sk;
	struct tracked *t;
	__u64 cookie;

	if (!sk || task->flags & PF_KTHREAD)
		return 0;
	cookie = sk->sk_protocol == IPPROTO_MPTCP ? mptcp_key(sk) :
						    sk->__sk_common.skc_cookie.counter;
	t = tracked_of(cookie);
	if (t)
		assign_owner(t, cookie, task, NETTOP_OWNER_ACCEPT);
	return 0;
}

/*
 * Runs once for each accepted connection. Kernels differ in the arguments after
 * the first two. The accepted socket shows whether the call succeeded.
 */
SEC("?fexit/inet_accept")
int BPF_PROG(inet_accept, struct socket *listener, struct socket *accepted)
{
	return assign_accepted(accepted);
}

/* Newer kernels do not call inet_accept for MPTCP. */
SEC("?fexit/mptcp_stream_accept")
int BPF_PROG(mptcp_stream_accept, struct socket *listener, struct socket *accepted)
{
	return assign_accepted(accepted);
}
