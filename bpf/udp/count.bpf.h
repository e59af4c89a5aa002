/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Adds a datagram to its flow. Each datagram is counted once, before
 * fragmentation and after reassembly.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/claim.bpf.h"
#include "core/ends.bpf.h"
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
 * Adds to a flow, if its place still has this tag. Before the pass frees a
 * place, it clears the tag and then checks for users: either it sees the user
 * here, or the user sees that the tag is gone.
 */
static __always_inline bool add_at(__u32 place, __u64 tag, const struct nettop_flow *more)
{
	struct flow *f = flow_at(place);
	bool is_same;

	if (!f)
		return false;
	/* An atomic operation whose result is used is a full barrier. */
	is_same = __sync_fetch_and_add(&f->users, 1) + 1 && *(volatile __u64 *)&f->tag == tag;
	if (is_same) {
		if (more->packets_sent) {
			__sync_fetch_and_add(&f->record.bytes_sent, more->bytes_sent);
			__sync_fetch_and_add(&f->record.packets_sent, more->packets_sent);
		}
		if (more->packets_received) {
			__sync_fetch_and_add(&f->record.bytes_received, more->bytes_received);
			__sync_fetch_and_add(&f->record.packets_received, more->packets_received);
		}
	}
	return __sync_fetch_and_add(&f->users, -1) && is_same;
}

/*
 * Makes sure that the socket of a datagram is followed, unless it has ended;
 * false if there is no room. This finds the kernel's own sockets, and those
 * that a scan has not found yet. Several CPUs can find them at the same time.
 */
static __always_inline bool track_sender(struct sock *sk, __u64 cookie, int *slot)
{
	struct tracked t = {
		.cookie = cookie,
		.socket = sk,
		.is_udp = 1,
		.has_record = 1,
	};
	int claim;

	*slot = find(cookie);
	/* A datagram can arrive while its socket closes. */
	if (*slot >= 0 || has_ended(cookie))
		return true;
	if (is_kernel_socket(sk))
		t.owner_source = NETTOP_OWNER_KERNEL;
	/* Its datagrams are counted as lost, not the socket at each of them. */
	claim = insert_once(&t);
	if (claim == CLAIM_FULL)
		return false;
	/* It was closed meanwhile. */
	if (claim == CLAIM_WON && has_ended(cookie))
		forget(find(cookie), cookie);
	/* Negative while another CPU is filling the slot. The pass looks again. */
	*slot = find(cookie);
	return true;
}

/* Adds to an existing flow; false if there is none, or it has just ended. */
static __always_inline bool add_to_known(const struct flow_key *key, __u64 tag,
					 const struct nettop_flow *more)
{
	__u32 *place = bpf_map_lookup_elem(&flow_places, key);

	return place && add_at(*(volatile __u32 *)place, tag, more);
}

/*
 * Starts a flow with its first datagram, or adds to it if another CPU has
 * started it.
 */
static __noinline int start_or_add(const struct flow_key *key, const struct nettop_flow *record,
				   int slot)
{
	struct nettop_status *s = status_of();
	__u64 tag;
	__u32 place;

	if (!s || !key || !record)
		return 0;
	tag = tag_of(key);
	for (int i = 0; i < 2; i++) {
		struct flow *f;
		long error;

		if (add_to_known(key, tag, record))
			return 1;
		place = take_place();
		f = flow_at(place);
		if (!f)
			return 0;
		f->record = *record;
		f->reported = 0;
		f->active_ns = record->opened_ns;
		f->pass = 0;
		f->slot = slot;
		f->end = 0;
		__sync_lock_test_and_set(&f->tag, tag);
		error = bpf_map_update_elem(&flow_places, key, &place, BPF_NOEXIST);
		if (!error) {
			/* Only now: the pass skips the flow until then. */
			f->state = FLOW_LIVE;
			if (!is_overflow(key))
				__sync_fetch_and_add(&s->flows, 1);
			return 1;
		}
		__sync_lock_test_and_set(&f->tag, 0);
		f->state = FLOW_UNUSED;
		if (error != -EEXIST)
			return 0;
	}
	return add_to_known(key, tag, record);
}

/* The first datagram of a flow. */
static __noinline int first_datagram(struct sock *sk, struct flow_key *key,
				     struct nettop_flow *record)
{
	struct nettop_status *s = status_of();
	struct tracked *t;
	__u64 datagrams;
	int slot;

	/* A raw socket can receive UDP packets too, but these belong to another socket. */
	if (!s || !sk || !key || !record || !is_udp(sk))
		return 0;
	datagrams = record->packets_sent + record->packets_received;
	if (!track_sender(sk, key->cookie, &slot)) {
		__sync_fetch_and_add(&s->flows_lost, datagrams);
		return 0;
	}
	t = slot_at(slot);
	if (t)
		t->has_record = 1;
	record->cookie = key->cookie;
	record->opened_ns = bpf_ktime_get_boot_ns();
	record->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	if (s->flows < config.flows && start_or_add(key, record, slot))
		return 0;
	__sync_fetch_and_add(&s->flows_full, datagrams);
	__builtin_memset(key->remote, 0, sizeof(key->remote));
	key->port = 0;
	key->interface = 0;
	__builtin_memset(record->remote_address, 0, 16);
	record->remote_port = 0;
	if (!start_or_add(key, record, slot))
		__sync_fetch_and_add(&s->flows_lost, datagrams);
	return 0;
}

/* Adds to the flow of a datagram; false if there is none. */
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
	return add_to_known(&d->key, tag_of(&d->key), &more);
}

/* `sk` is an address to read from, not a typed pointer. */
static __always_inline void start_flow(struct datagram *d, struct sock *sk, const bool sent)
{
	struct nettop_flow record = {
		.direction = sent ? NETTOP_DIRECTION_OUT : NETTOP_DIRECTION_IN,
		.local_port = bpf_ntohs(d->local_port),
		.remote_port = bpf_ntohs(d->key.port),
		.interface = d->interface,
	};

	if (sent) {
		record.bytes_sent = d->bytes;
		record.packets_sent = d->packets;
	} else {
		record.bytes_received = d->bytes;
		record.packets_received = d->packets;
	}
	__builtin_memcpy(record.local_address, d->local, 16);
	__builtin_memcpy(record.remote_address, d->key.remote, 16);
	first_datagram(sk, &d->key, &record);
}
