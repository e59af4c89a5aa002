/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Visits one UDP socket. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"
#include "core/order.bpf.h"
#include "core/record.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/figures.bpf.h"
#include "udp/figures.bpf.h"
#include "walk/changes.bpf.h"

#include "record.h"

static __always_inline void visit_udp(struct nettop_status *s, struct tracked *t, __u32 slot,
				      __u64 cookie, const bool typed)
{
	struct sock *sk = typed ? bpf_rdonly_cast(t->socket,
						  bpf_core_type_id_kernel(struct udp_sock)) :
				  t->socket;
	struct nettop_record *r;
	struct udp_remote remote;
	bool ended, idle;
	struct udp_snapshot m;
	__u32 drops, i;

	/*
	 * No program sees the end of the kernel's own sockets. Their last
	 * figures can be gone.
	 */
	ended = FIELD(sk, __sk_common.skc_cookie.counter) != cookie ||
		FIELD(sk, __sk_common.skc_flags) >> SOCK_DEAD & 1;
	if (ended && !t->has_record) {
		release(slot, cookie);
		return;
	}
	s->tracked += !ended;
	if (t->owner_source == NETTOP_OWNER_UNKNOWN && FIELD(sk, sk_socket))
		s->unsettled++;
	/* The next pass finds it at rest. */
	if (!read_udp_remote(&remote, sk, typed) && !ended)
		return;
	m = read_udp_snapshot(sk, &remote, typed);
	drops = drops_of(sk, typed);
	idle = t->udp.unread == m.unread && t->udp.unsent == m.unsent &&
		t->udp.local_port == m.local_port && t->udp.remote_port == m.remote_port &&
		t->udp.remote == m.remote && t->drops == drops;
	if (idle && !t->unreported && !ended && !s->reports_all)
		return;
	/* The socket has no port yet: nobody can reach it. */
	if (!FIELD(sk, __sk_common.skc_num) && !t->has_record)
		return;
	i = s->changed;
	r = bpf_map_lookup_elem(&changes, &i);
	if (!r)
		return;
	/* Before the figures are read: other programs set it after they write. */
	t->unreported = 0;
	full_barrier();
	record_init(r);
	r->cookie = cookie;
	r->state = ended ? TCP_CLOSE :
		   FIELD(sk, __sk_common.skc_state) == TCP_ESTABLISHED ? TCP_ESTABLISHED : 0;
	read_udp(r, sk, t, &m, &remote, typed);
	/* The memory has been reused. User space has what was last reported. */
	full_barrier();
	if (FIELD(sk, __sk_common.skc_cookie.counter) != cookie) {
		if (!ended)
			return;
		r->netns = 0;
	}
	if (t->cookie != cookie)
		return;
	t->udp = m;
	t->drops = drops;
	t->has_record = 1;
	s->changed = i + 1;
	if (ended)
		release(slot, cookie);
}
