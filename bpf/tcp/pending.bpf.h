/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Connections between their handshake and the moment when they are established. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "tcp/mptcp.bpf.h"

#include "record.h"

/*
 * The connection that this CPU is just accepting, between the two state changes
 * of one incoming packet. Softirqs of a CPU do not interrupt each other.
 */
struct embryo {
	struct sock *socket;
	__u64 listener;			/* its cookie, 0: not followed */
	int slot;			/* and its slot */
	struct nettop_owner owner;	/* its owner */
	__u8 owner_source;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct embryo);
} embryos SEC(".maps");

/*
 * Likewise of listeners with TCP Fast Open, by socket: such a connection works
 * before its handshake is complete, and others are accepted in between.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct sock *);
	__type(value, struct embryo);
} early SEC(".maps");

/*
 * The listener that `child` was cloned from. At this moment the child is still
 * a copy: a list head that is empty in every listener points at the listener's
 * own. Only a hint, as its cookie is looked up.
 */
static __always_inline struct sock *listener_of(struct tcp_sock *child)
{
	return (void *)child->tsorted_sent_queue.next -
	       bpf_core_field_offset(struct tcp_sock, tsorted_sent_queue);
}

/*
 * A handshake is complete and its socket made. Whoever runs now only happens
 * to; the process that will accept it is most likely that of the listener.
 */
static __always_inline void cloned(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct tracked *listener;
	struct embryo *embryo;
	struct sock *parent;
	__u32 zero = 0;

	embryo = bpf_map_lookup_elem(&embryos, &zero);
	if (!tp || !embryo)
		return;
	embryo->socket = sk;
	embryo->owner_source = NETTOP_OWNER_UNKNOWN;
	parent = listener_of(tp);
	embryo->listener = listener_key(parent);
	embryo->slot = find(embryo->listener);
	listener = slot_at(embryo->slot);
	if (listener && listener->owner_source) {
		embryo->owner = listener->owner;
		embryo->owner_source = source_of_child(listener);
	}
	if (BPF_CORE_READ((struct inet_connection_sock *)parent,
			  icsk_accept_queue.fastopenq.max_qlen))
		bpf_map_update_elem(&early, &sk, embryo, BPF_ANY);
}

/* What `cloned` found of a socket. */
static __always_inline struct embryo *embryo_of(struct sock *sk)
{
	__u32 zero = 0;
	struct embryo *embryo = bpf_map_lookup_elem(&embryos, &zero), *entry;

	if (!embryo || embryo->socket == sk)
		return embryo;
	entry = bpf_map_lookup_elem(&early, &sk);
	if (!entry)
		return 0;
	/* The kernel uses the entry for another socket as soon as it needs one. */
	*embryo = *entry;
	if (*(struct sock *volatile *)&entry->socket != sk)
		embryo->socket = 0;
	return embryo->socket == sk ? embryo : 0;
}

/*
 * Counts a connection for its listener. Only once it is established: of two
 * sockets that one handshake made on two CPUs, one is thrown away.
 */
static __always_inline void count_accepted(const struct embryo *embryo)
{
	struct tracked *listener = slot_at(embryo->slot);

	if (!listener || listener->cookie != embryo->listener)
		return;
	/*
	 * Who reads it clears the mark first. An addition whose result is used is
	 * ordered before what follows.
	 */
	if (__sync_fetch_and_add(&listener->accepted, 1) + 1)
		listener->unreported = 1;
}
