/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Ends of connections that no program saw. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/events.bpf.h"
#include "core/record.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"

#include "record.h"

/*
 * Keeps the addresses of a connection until its first record: if no program
 * sees its end before, nobody else knows them. They take the place of the last
 * reported figures. `sk` and `tp` are the same socket: see read_addresses().
 */
static __always_inline void keep_addresses(struct tracked *t, struct sock *sk,
					   struct tcp_sock *tp)
{
	struct sock_common *common = &sk->__sk_common;

	if (!common->skc_dport)
		return;
	t->is_v6 = common->skc_family == AF_INET6;
	if (t->is_v6) {
		for (int i = 0; i < 4; i++)
			t->address[i] = common->skc_v6_daddr.in6_u.u6_addr32[i];
	} else {
		t->address[0] = common->skc_rcv_saddr;
		t->address[1] = common->skc_daddr;
	}
	t->local_port = common->skc_num;
	t->remote_port = common->skc_dport;
	t->netns = tp->inet_conn.icsk_inet.sk.__sk_common.skc_net.net->ns.inum;
}

/* Reads what keep_addresses() kept: of IPv6, the remote address alone. */
static __always_inline void read_kept_addresses(struct nettop_record *r, const struct tracked *t)
{
	r->family = t->is_v6 ? AF_INET6 : AF_INET;
	if (t->is_v6) {
		__builtin_memcpy(r->remote_address, t->address, 16);
	} else {
		__builtin_memcpy(r->local_address, &t->address[0], 4);
		__builtin_memcpy(r->remote_address, &t->address[1], 4);
	}
	r->local_port = t->local_port;
	r->remote_port = bpf_ntohs(t->remote_port);
	r->netns = t->netns;
}

/*
 * Reports the end of a connection that no program saw, from its slot, and frees
 * the slot. The memory of the socket has been reused.
 */
__noinline int report_unseen(__u32 slot, __u64 cookie)
{
	struct nettop_status *s = status_of();
	struct tracked *t = entry_of(slot, cookie);
	struct nettop_end_event *e = 0;
	bool is_known;
	__u8 kind;

	if (!s || !t)
		return 0;
	kind = t->kind;
	/* Either user space has the addresses, or the slot does. */
	is_known = t->has_record || t->remote_port;
	if (is_known)
		e = bpf_ringbuf_reserve(&ended, sizeof(*e), 0);
	if (e) {
		struct nettop_record *r = &e->record;

		event_init(&e->event, NETTOP_EVENT_END, sizeof(*e));
		record_init(r);
		r->cookie = cookie;
		r->time_ns = bpf_ktime_get_boot_ns();
		r->state = TCP_CLOSE;
		r->protocol = protocol_of(t);
		read_tracked(r, t);
		r->flags |= NETTOP_FLAG_UNSEEN;
		if (!t->has_record)
			read_kept_addresses(r, t);
	}
	if (!release(slot, cookie)) {
		if (e)
			bpf_ringbuf_discard(e, BPF_RB_NO_WAKEUP);
		return 0;
	}
	if (e) {
		__sync_fetch_and_add(&s->ends_unseen, 1);
		bpf_ringbuf_submit(e, wakeup_flags());
	} else if (is_known) {
		__sync_fetch_and_add(&s->ended_full, 1);
	} else if (kind == KIND_MPTCP) {
		__sync_fetch_and_add(&s->ends_gone, 1);
	}
	return 0;
}

/*
 * Reports an earlier connection of the same socket, or of a socket that had the
 * same address.
 */
static __always_inline void report_replaced(__u64 cookie)
{
	int slot = find(cookie);

	if (slot >= 0)
		report_unseen(slot, cookie);
}
