/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Connects that fail before a SYN is sent. Needs function hooks, because most
 * of these failures (no route, no local address) change no state.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/events.bpf.h"
#include "core/record.bpf.h"
#include "core/status.bpf.h"
#include "socket/figures.bpf.h"
#include "socket/process.bpf.h"
#include "tcp/amend.bpf.h"
#include "tcp/attempts.bpf.h"
#include "tcp/figures.bpf.h"

#include "record.h"

struct sockaddr_in_ {
	__u16 family;
	__be16 port;
	__be32 address;
};

struct sockaddr_in6_ {
	__u16 family;
	__be16 port;
	__be32 flow;
	__u8 address[16];
};

static __always_inline __u8 failure_reason(int error)
{
	return error == ENETUNREACH || error == EHOSTUNREACH ? NETTOP_CLOSE_UNREACHABLE :
							       NETTOP_CLOSE_FAILED;
}

/* An attempt that changed no state begins and ends now. */
static __always_inline void report_attempt(struct sock *sk, const void *address, int error)
{
	struct nettop_end_event *e = bpf_ringbuf_reserve(&ended, sizeof(*e), 0);
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct nettop_status *s = status_of();
	struct nettop_record *r;

	if (!e) {
		if (s)
			__sync_fetch_and_add(&s->ended_full, 1);
		return;
	}
	if (!tp) {
		bpf_ringbuf_discard(e, BPF_RB_NO_WAKEUP);
		return;
	}
	r = &e->record;
	event_init(&e->event, NETTOP_EVENT_END, sizeof(*e));
	record_init(r);
	r->cookie = bpf_get_socket_cookie(sk);
	r->time_ns = bpf_ktime_get_boot_ns();
	r->state = TCP_CLOSE;
	r->close_reason = failure_reason(error);
	r->error = error;
	r->protocol = IPPROTO_TCP;
	read_addresses(r, sk, &tp->inet_conn.icsk_inet, true);
	read_counters(r, sk, tp, 0, TCP_CLOSE, true, true);
	r->bytes_sent = 0;
	r->opened_ns = r->time_ns;
	r->direction = NETTOP_DIRECTION_OUT;
	r->flags = NETTOP_FLAG_NEVER_ESTABLISHED;
	if (read_current(&r->owner))
		r->owner_source = NETTOP_OWNER_CONNECT;
	if (r->family == AF_INET6) {
		struct sockaddr_in6_ remote = {};

		bpf_probe_read_kernel(&remote, sizeof(remote), address);
		__builtin_memcpy(r->remote_address, remote.address, 16);
		r->remote_port = bpf_ntohs(remote.port);
	} else {
		struct sockaddr_in_ remote = {};

		bpf_probe_read_kernel(&remote, sizeof(remote), address);
		*(__be32 *)r->remote_address = remote.address;
		r->remote_port = bpf_ntohs(remote.port);
	}
	bpf_ringbuf_submit(e, wakeup_flags());
}

static __always_inline void attempt_failed(struct sock *sk, const void *address, int error)
{
	__u64 task = bpf_get_current_pid_tgid();
	__u64 cookie = bpf_get_socket_cookie(sk);
	__u64 *ended_attempt = bpf_map_lookup_elem(&attempts, &task);

	if (ended_attempt && *ended_attempt == cookie) {
		bpf_map_delete_elem(&attempts, &task);
		amend(cookie, 0, ~0U, error);
		return;
	}
	/* A call without an address is not an attempt. */
	if (error != EINVAL && error != EAFNOSUPPORT)
		report_attempt(sk, address, error);
}

SEC("?fexit/tcp_v4_connect")
int BPF_PROG(connect_failed_v4, struct sock *sk, void *address, int length, int result)
{
	if (result < 0 && result != -EINPROGRESS && sk->sk_protocol == IPPROTO_TCP)
		attempt_failed(sk, address, -result);
	return 0;
}

/* tcp_v6_connect passes IPv4-mapped addresses on to tcp_v4_connect. */
SEC("?fexit/tcp_v6_connect")
int BPF_PROG(connect_failed_v6, struct sock *sk, void *address, int length, int result)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct sockaddr_in6_ remote = {};

	if (result >= 0 || result == -EINPROGRESS || sk->sk_protocol != IPPROTO_TCP)
		return 0;
	bpf_probe_read_kernel(&remote, sizeof(remote), address);
	if (__builtin_memcmp(remote.address, mapped, sizeof(mapped)) != 0)
		attempt_failed(sk, address, -result);
	return 0;
}
