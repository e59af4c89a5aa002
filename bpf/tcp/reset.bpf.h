/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Resets: which end sent it, and why. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "tcp/amend.bpf.h"

#include "record.h"

/* Only the first reset counts: it ended the connection. */
static __always_inline void note_reset(struct tracked *t, __u8 flag, __u32 reason)
{
	if (t->flags & (NETTOP_FLAG_RESET_SENT | NETTOP_FLAG_RESET_RECEIVED))
		return;
	t->reset_reason = reason < NO_REASON ? reason : NO_REASON;
	t->flags |= flag;
	t->unreported = 1;
}

/*
 * Runs when this host sends a reset, with or without a socket. If a process
 * closes a socket with unread data, the connection ends before the reset is
 * sent: then the reset amends the final record.
 */
SEC("?tp_btf/tcp_send_reset")
int reset_sent(__u64 *ctx)
{
	struct sock *sk = (struct sock *)argument(ctx, 0);
	__u32 reason = ~0U;
	struct tracked *t;
	__u64 cookie;
	__u8 state;

	if (config.features & NETTOP_FEATURE_RESET_REASON)
		reason = ctx[2];
	if (!sk) {
		struct nettop_status *s = status_of();

		if (s)
			__sync_fetch_and_add(&s->resets_without_socket, 1);
		return 0;
	}
	state = BPF_CORE_READ(sk, __sk_common.skc_state);
	cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	/* A listener also answers segments of no connection. */
	if (!cookie || state == TCP_LISTEN)
		return 0;
	t = tracked_of(cookie);
	if (t) {
		note_reset(t, NETTOP_FLAG_RESET_SENT, reason);
		return 0;
	}
	if (state == TCP_CLOSE)
		amend(cookie, NETTOP_FLAG_RESET_SENT, reason, 0);
	return 0;
}

/* Runs when a connection receives a reset, before it ends. */
SEC("?tp_btf/tcp_receive_reset")
int BPF_PROG(reset_received, struct sock *sk)
{
	struct tracked *t = tracked_of(sk->__sk_common.skc_cookie.counter);

	if (t)
		note_reset(t, NETTOP_FLAG_RESET_RECEIVED, ~0U);
	return 0;
}
