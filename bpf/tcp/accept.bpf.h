/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Where function hooks are allowed: who accepts a connection, at once. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "tcp/mptcp.bpf.h"

#include "record.h"

static __always_inline int give_accepted(struct socket *accepted)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sock *sk = accepted->sk;
	struct tracked *t;
	__u64 cookie;

	if (!sk || task->flags & PF_KTHREAD)
		return 0;
	cookie = sk->sk_protocol == IPPROTO_MPTCP ? mptcp_key(sk) :
						    sk->__sk_common.skc_cookie.counter;
	t = slot_at(find(cookie));
	if (t)
		give(t, cookie, task, NETTOP_OWNER_ACCEPT);
	return 0;
}

/*
 * Each runs once for a connection that is accepted. The arguments after these
 * two differ between kernels; that it succeeded shows in the socket.
 */
SEC("?fexit/inet_accept")
int BPF_PROG(inet_accept, struct socket *listener, struct socket *accepted)
{
	return give_accepted(accepted);
}

/* Newer kernels do not go through inet_accept for these. */
SEC("?fexit/mptcp_stream_accept")
int BPF_PROG(mptcp_stream_accept, struct socket *listener, struct socket *accepted)
{
	return give_accepted(accepted);
}
