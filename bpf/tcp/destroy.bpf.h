/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The process that closes a connection after the peer or a timer ended it. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/events.bpf.h"
#include "socket/process.bpf.h"
#include "tcp/closer.bpf.h"

#include "record.h"

/*
 * Runs when the kernel destroys a socket. If the connection ended before, its
 * process is closing it now, which identifies an owner that was unknown.
 */
SEC("?tp_btf/tcp_destroy_sock")
int BPF_PROG(destroyed, struct sock *sk)
{
	__u64 cookie = sk->__sk_common.skc_cookie.counter;
	struct nettop_closer_event *e;
	struct task_struct *task;

	if (!take_awaiting_close(cookie))
		return 0;
	task = bpf_get_current_task_btf();
	if (!is_closer(task))
		return 0;
	e = bpf_ringbuf_reserve(&ended, sizeof(*e), 0);
	if (!e)
		return 0;
	event_init(&e->event, NETTOP_EVENT_CLOSER, sizeof(*e));
	e->closer.cookie = cookie;
	read_process(&e->closer.owner, task);
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
	return 0;
}
