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

/* Whether a flow has this key. Its tag is known to be that of the key. */
static __always_inline bool has_key(const struct nettop_flow *f, const struct flow_key *key)
{
	const __u64 *remote = (const void *)f->remote_address;
	const __u64 *wanted = (const void *)key->remote;

	return f->cookie == key->cookie && remote[0] == wanted[0] && remote[1] == wanted[1] &&
	       f->remote_port == bpf_ntohs(key->port) &&
	       (!key->interface || f->interface == key->interface);
}

/*
 * Adds to the flow of a place, if it has this tag and the key of the datagram.
 * Before the pass frees a place, it clears the tag and then checks for users:
 * either it sees the user here, or the user sees that the tag is gone.
 *
 * `is_hint`: the place is not from `flow_places`, so it can have a flow that is
 * not started, as another CPU has started one with the same key.
 */
static __always_inline bool add_at(__u32 place, __u64 tag, const struct datagram *d,
				   const bool is_hint)
{
	struct flow *f = flow_at(place);
	bool is_same = false;
	__u64 held;

	if (!f || *(volatile __u64 *)&f->tag != tag)
		return false;
	/* An atomic operation whose result is used is a full barrier. */
	if (__sync_fetch_and_add(&f->users, 1) + 1) {
		held = *(volatile __u64 *)&f->tag;
		/* The key was stored before the tag. */
		is_same = held == tag && has_key((void *)&f->record + zero_after(held), &d->key) &&
			  (!is_hint || *(volatile __u8 *)&f->state == FLOW_LIVE);
	}
	if (is_same && d->sent) {
		__sync_fetch_and_add(&f->record.bytes_sent, d->bytes);
		__sync_fetch_and_add(&f->record.packets_sent, d->packets);
	} else if (is_same) {
		__sync_fetch_and_add(&f->record.bytes_received, d->bytes);
		__sync_fetch_and_add(&f->record.packets_received, d->packets);
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
static __always_inline bool add_to_known(const struct datagram *d, __u64 tag)
{
	__u32 *hint = flow_hint(tag), *entry;
	struct flow_key key;
	__u32 place;

	if (!hint)
		return false;
	if (add_at(*(volatile __u32 *)hint, tag, d, true))
		return true;
	/* Old verifiers take only the stack for a key or value. */
	key = d->key;
	entry = bpf_map_lookup_elem(&flow_places, &key);
	if (!entry)
		return false;
	place = *(volatile __u32 *)entry;
	*hint = place;
	return add_at(place, tag, d, false);
}

static __always_inline void fill_flow(struct nettop_flow *r, const struct datagram *d,
				      struct sock *sk)
{
	__builtin_memset(r, 0, sizeof(*r));
	if (d->sent) {
		r->bytes_sent = d->bytes;
		r->packets_sent = d->packets;
	} else {
		r->bytes_received = d->bytes;
		r->packets_received = d->packets;
	}
	r->cookie = d->key.cookie;
	r->opened_ns = bpf_ktime_get_boot_ns();
	__builtin_memcpy(r->local_address, d->local, 16);
	__builtin_memcpy(r->remote_address, d->key.remote, 16);
	r->local_port = bpf_ntohs(d->local_port);
	r->remote_port = bpf_ntohs(d->key.port);
	r->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	r->direction = d->sent ? NETTOP_DIRECTION_OUT : NETTOP_DIRECTION_IN;
	r->interface = d->interface;
}

/*
 * Starts a flow with its first datagram, or adds to it if another CPU has
 * started it; 0 if there is no room.
 *
 * Not static, like the functions below: the verifier checks it once. `socket` is
 * an address to read from.
 */
__noinline int start_or_add(struct datagram *d, __u64 socket, int slot)
{
	struct nettop_status *s = status_of();
	struct flow_key key;
	__u64 tag;
	__u32 place;

	if (!s || !d)
		return 0;
	key = d->key;
	tag = tag_of(&key);
	for (int i = 0; i < 2; i++) {
		struct flow *f;
		long error;

		if (add_to_known(d, tag))
			return 1;
		place = take_place();
		f = flow_at(place);
		if (!f)
			return 0;
		fill_flow(&f->record, d, (struct sock *)socket);
		f->reported = 0;
		f->active_ns = f->record.opened_ns;
		f->pass = 0;
		f->slot = slot;
		f->end = 0;
		__sync_lock_test_and_set(&f->tag, tag);
		error = bpf_map_update_elem(&flow_places, &key, &place, BPF_NOEXIST);
		if (!error) {
			/* Only now: the pass skips the flow until then. */
			f->state = FLOW_LIVE;
			if (!is_overflow(&d->key))
				__sync_fetch_and_add(&s->flows, 1);
			return 1;
		}
		__sync_lock_test_and_set(&f->tag, 0);
		f->state = FLOW_UNUSED;
		if (error != -EEXIST)
			return 0;
	}
	return add_to_known(d, tag);
}

/* The first datagram of a flow. */
__noinline int first_datagram(struct datagram *d, __u64 socket)
{
	struct sock *sk = (struct sock *)socket;
	struct nettop_status *s = status_of();
	struct tracked *t;
	int slot;

	/* A raw socket can receive UDP packets too, but these belong to another socket. */
	if (!s || !sk || !d || !is_udp(sk))
		return 0;
	if (!track_sender(sk, d->key.cookie, &slot)) {
		__sync_fetch_and_add(&s->flows_lost, d->packets);
		return 0;
	}
	t = slot_at(slot);
	if (t)
		t->has_record = 1;
	if (s->flows < config.flows && start_or_add(d, socket, slot))
		return 0;
	__sync_fetch_and_add(&s->flows_full, d->packets);
	__builtin_memset(d->key.remote, 0, sizeof(d->key.remote));
	d->key.port = 0;
	d->key.interface = 0;
	if (!start_or_add(d, socket, slot))
		__sync_fetch_and_add(&s->flows_lost, d->packets);
	return 0;
}

/* Adds a datagram to its flow; 0 if that has to be started. */
__noinline int add_to_flow(struct datagram *d)
{
	return d && add_to_known(d, tag_of(&d->key));
}
