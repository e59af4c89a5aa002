/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Where function hooks are allowed: who accepts a connection, at once. */
#pragma once

/*
 * Runs once for each accepted connection. The arguments after these two differ
 * between kernels; that it succeeded shows in the socket.
 */
SEC("?fexit/inet_accept")
int BPF_PROG(inet_accept, struct socket *listener, struct socket *accepted)
{
	struct sock *sk = accepted->sk;
	struct tracked *t;

	if (!sk)
		return 0;
	t = slot_at(find(sk->__sk_common.skc_cookie.counter));
	if (!t || !read_current(&t->owner))
		return 0;
	t->owner_source = NETTOP_OWNER_ACCEPT;
	t->unreported = 1;
	return 0;
}
