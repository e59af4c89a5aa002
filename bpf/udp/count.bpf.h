/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Adds a datagram to its flow. Each datagram is counted once between its socket
 * and the rest of the kernel: before it is fragmented, and after it was
 * reassembled.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/claim.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "socket/protocol.bpf.h"
#include "socket/track.bpf.h"
#include "udp/datagram.bpf.h"
#include "udp/flow.bpf.h"

#include "record.h"

/*
 * Adds to the flow of a place, if it is still that of this key. Before the pass
 * frees a place it takes away the mark, then looks for users: whoever comes here
 * is seen, or sees that the mark is gone.
 */
static __always_inline bool add(__u32 place, __u64 mark, const struct nettop_flow *more)
{
	struct flow *f = flow_at(place);
	bool is_same;

	if (!f)
		return false;
	/* An addition whose result is used is ordered before what follows. */
	is_same = __sync_fetch_and_add(&f->users, 1) + 1 && *(volatile __u64 *)&f->mark == mark;
	if (is_same) {
		if (more->packets_sent) {
			__sync_fetch_and_add(&f->told.bytes_sent, more->bytes_sent);
			__sync_fetch_and_add(&f->told.packets_sent, more->packets_sent);
		}
		if (more->packets_received) {
			__sync_fetch_and_add(&f->told.bytes_received, more->bytes_received);
			__sync_fetch_and_add(&f->told.packets_received, more->packets_received);
		}
	}
	return __sync_fetch_and_add(&f->users, -1) && is_same;
}

/*
 * Makes sure that the socket of a datagram is followed; false if there is no
 * room. The kernel's own sockets are seen here first, as are those that a scan
 * would find next, on several CPUs at once.
 */
static __always_inline bool has_sender(struct sock *sk, __u64 cookie, int *slot)
{
	struct tracked t = {
		.cookie = cookie,
		.socket = sk,
		.is_udp = 1,
		.has_record = 1,
	};

	*slot = find(cookie);
	if (*slot >= 0)
		return true;
	if (is_of_kernel(sk))
		t.owner_source = NETTOP_OWNER_KERNEL;
	forget_end(cookie);
	/* Its datagrams are counted as lost, not the socket at each of them. */
	if (insert_once(&t) == CLAIM_FULL)
		return false;
	/* Negative while another CPU is about to have it: the pass looks again. */
	*slot = find(cookie);
	return true;
}

/* Adds to a known flow; false if it has just ended. */
static __always_inline bool add_to_known(const struct flow_key *key, __u64 mark,
					 const struct nettop_flow *told)
{
	__u32 *place = bpf_map_lookup_elem(&flow_places, key);

	return place && add(*(volatile __u32 *)place, mark, told);
}

/* Starts a flow with its first datagram, or adds to it if another CPU started it. */
static __noinline int begin_or_add(const struct flow_key *key, const struct nettop_flow *told,
				   int slot)
{
	struct nettop_status *s = status_of();
	__u64 mark;
	__u32 place;

	if (!s || !key || !told)
		return 0;
	mark = mark_of(key);
	for (int i = 0; i < 2; i++) {
		struct flow *f;
		long error;

		if (add_to_known(key, mark, told))
			return 1;
		place = take_place();
		f = flow_at(place);
		if (!f)
			return 0;
		f->told = *told;
		f->reported = 0;
		f->active_ns = told->opened_ns;
		f->pass = 0;
		f->slot = slot;
		f->end = 0;
		__sync_lock_test_and_set(&f->mark, mark);
		error = bpf_map_update_elem(&flow_places, key, &place, BPF_NOEXIST);
		if (!error) {
			/* Nobody passes over it before. */
			f->state = FLOW_LIVES;
			if (!is_rest(key))
				__sync_fetch_and_add(&s->flows, 1);
			return 1;
		}
		__sync_lock_test_and_set(&f->mark, 0);
		f->state = FLOW_UNUSED;
		if (error != -EEXIST)
			return 0;
	}
	return add_to_known(key, mark, told);
}

/* A datagram of a flow that is still unknown. */
static __noinline int first_datagram(struct sock *sk, struct flow_key *key,
				     struct nettop_flow *told)
{
	struct nettop_status *s = status_of();
	struct tracked *t;
	__u64 datagrams;
	int slot;

	/* A raw socket can see datagrams too: they belong to another socket. */
	if (!s || !sk || !key || !told || !is_udp(sk))
		return 0;
	datagrams = told->packets_sent + told->packets_received;
	if (!has_sender(sk, key->cookie, &slot)) {
		__sync_fetch_and_add(&s->flows_lost, datagrams);
		return 0;
	}
	t = slot_at(slot);
	if (t)
		t->has_record = 1;
	told->cookie = key->cookie;
	told->opened_ns = bpf_ktime_get_boot_ns();
	told->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	if (s->flows < config.flows && begin_or_add(key, told, slot))
		return 0;
	__sync_fetch_and_add(&s->flows_full, datagrams);
	__builtin_memset(key->remote, 0, sizeof(key->remote));
	key->port = 0;
	key->interface = 0;
	__builtin_memset(told->remote_address, 0, 16);
	told->remote_port = 0;
	if (!begin_or_add(key, told, slot))
		__sync_fetch_and_add(&s->flows_lost, datagrams);
	return 0;
}

/* Whether its flow is known, and has counted it now. */
static __always_inline bool add_to_flow(struct datagram *d, const bool sent)
{
	struct nettop_flow more = {};

	if (sent) {
		more.bytes_sent = d->bytes;
		more.packets_sent = d->packets;
	} else {
		more.bytes_received = d->bytes;
		more.packets_received = d->packets;
	}
	return add_to_known(&d->key, mark_of(&d->key), &more);
}

/* `sk` is an address to read from. */
static __always_inline void begin_flow(struct datagram *d, struct sock *sk, const bool sent)
{
	struct nettop_flow told = {
		.direction = sent ? NETTOP_DIRECTION_OUT : NETTOP_DIRECTION_IN,
		.local_port = bpf_ntohs(d->local_port),
		.remote_port = bpf_ntohs(d->key.port),
		.interface = d->interface,
	};

	if (sent) {
		told.bytes_sent = d->bytes;
		told.packets_sent = d->packets;
	} else {
		told.bytes_received = d->bytes;
		told.packets_received = d->packets;
	}
	__builtin_memcpy(told.local_address, d->local, 16);
	__builtin_memcpy(told.remote_address, d->key.remote, 16);
	first_datagram(sk, &d->key, &told);
}
