/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * UDP sockets, from creation to close. They are in the same table as TCP
 * sockets. The owner is the process that created the socket. Datagrams are
 * counted by flow.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/ends.bpf.h"
#include "core/events.bpf.h"
#include "core/record.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/process.bpf.h"
#include "socket/track.bpf.h"
#include "udp/figures.bpf.h"

#include "record.h"

/*
 * Created by the current process. The kernel's own sockets are found with their
 * first datagram.
 */
static __always_inline void track_udp(struct sock *sk, __u64 cookie)
{
	struct tracked *t;

	forget_end(cookie);
	t = track(cookie, sk);
	if (!t)
		return;
	t->is_udp = 1;
	if (read_current(&t->owner))
		t->owner_source = NETTOP_OWNER_CREATE;
	hold(t, cookie);
}

/*
 * The process closed the socket. An end is reported only if the socket was
 * reported before, or has datagrams: many sockets are created only to query the
 * kernel.
 */
static __always_inline void report_udp_end(struct sock *sk, __u64 cookie)
{
	struct nettop_end_event *e;
	struct nettop_record *r;
	struct tracked *t;
	struct udp_remote remote;
	struct udp_snapshot m;
	int slot;

	remember_end(cookie);
	t = lookup(cookie, &slot);
	if (!t)
		return;
	if (!t->has_record) {
		release(slot, cookie);
		return;
	}
	e = bpf_ringbuf_reserve(&ended, sizeof(*e), 0);
	if (!e) {
		struct nettop_status *s = status_of();

		release(slot, cookie);
		if (s)
			__sync_fetch_and_add(&s->ended_full, 1);
		return;
	}
	/* No other thread has the socket any more. */
	read_udp_remote(&remote, sk, false);
	m = read_udp_snapshot(sk, &remote, false);
	r = &e->record;
	event_init(&e->event, NETTOP_EVENT_END, sizeof(*e));
	record_init(r);
	r->cookie = cookie;
	r->state = TCP_CLOSE;
	read_udp(r, sk, t, &m, &remote, false);
	/* Before the record is submitted: no pass may report the socket after its end. */
	release(slot, cookie);
	bpf_ringbuf_submit(e, wakeup_flags());
}
