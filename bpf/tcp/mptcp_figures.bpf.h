/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The figures of an MPTCP socket. */
#pragma once

#include "core/prelude.bpf.h"
#include "socket/figures.bpf.h"
#include "tcp/figures.bpf.h"

#include "record.h"

/*
 * As in mptcp_diag and getsockopt(MPTCP_INFO). Leaves unknown what the kernel
 * does not count.
 */
static __always_inline void read_mptcp(struct nettop_record *r, struct sock *sk)
{
	struct mptcp_sock *msk = (struct mptcp_sock *)sk;

	r->drops = drops_of(sk, false);
	if (!bpf_core_type_exists(struct mptcp_sock))
		return;
	if (r->state == TCP_LISTEN) {
		struct sock *listener = BPF_CORE_READ(msk, first);

		r->drops = listener ? drops_of(listener, false) : 0;
		r->unread = BPF_CORE_READ(listener, sk_ack_backlog);
		r->unacked = BPF_CORE_READ(listener, sk_max_ack_backlog);
		r->unsent = 0;
		return;
	}
	/* Counted since Linux 6.5. bytes_sent excludes retransmits. */
	if (bpf_core_field_exists(msk->bytes_sent)) {
		r->bytes_sent = BPF_CORE_READ(msk, bytes_sent);
		r->bytes_received = BPF_CORE_READ(msk, bytes_received);
	}
	if (bpf_core_field_exists(msk->bytes_consumed))
		r->unread = BPF_CORE_READ(msk, bytes_received) - BPF_CORE_READ(msk, bytes_consumed);

	__u64 write_seq = BPF_CORE_READ(msk, write_seq);

	r->unacked = ahead(write_seq, BPF_CORE_READ(msk, snd_una));
	r->unsent = ahead(write_seq, BPF_CORE_READ(msk, snd_nxt));
}

/* Changes whenever a figure does. */
static __always_inline struct tcp_snapshot read_mptcp_snapshot(struct sock *sk, __u8 state)
{
	struct mptcp_sock *msk = (struct mptcp_sock *)sk;
	struct tcp_snapshot m = {};

	if (!bpf_core_type_exists(struct mptcp_sock))
		return m;
	if (state == TCP_LISTEN) {
		struct sock *listener = BPF_CORE_READ(msk, first);

		m.drops = listener ? drops_of(listener, false) : 0;
		m.write_seq = BPF_CORE_READ(listener, sk_max_ack_backlog);
		m.copied_seq = BPF_CORE_READ(listener, sk_ack_backlog);
		return m;
	}
	m.segs_in = BPF_CORE_READ(msk, ack_seq);
	/* Both only increase, so the sum changes if either does. */
	m.segs_out = BPF_CORE_READ(msk, snd_nxt) + BPF_CORE_READ(msk, snd_una);
	m.write_seq = BPF_CORE_READ(msk, write_seq);
	if (bpf_core_field_exists(msk->bytes_consumed))
		m.copied_seq = BPF_CORE_READ(msk, bytes_consumed);
	return m;
}
