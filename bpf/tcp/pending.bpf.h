/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Pending children: connections between their handshake and ESTABLISHED. */
#pragma once

#include "core/order.bpf.h"
#include "core/prelude.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "tcp/mptcp.bpf.h"

#include "record.h"

/*
 * The child that this CPU is accepting, between the two state changes that one
 * packet causes. Softirqs do not interrupt each other on one CPU.
 */
struct pending_child {
	struct sock *socket;
	__u64 listener;			/* its key in the table, */
	int slot;			/* and its slot */
	struct nettop_owner owner;	/* the owner of the listener */
	__u8 owner_source;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pending_child);
} pending SEC(".maps");

/*
 * The same for listeners with TCP Fast Open, by socket. Their children carry
 * data before the handshake is complete, and the CPU accepts others in between.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct sock *);
	__type(value, struct pending_child);
} pending_tfo SEC(".maps");

/*
 * The listener that `child` was cloned from. The child is still a copy at this
 * moment. An empty list head points to itself, so the copy of it points into
 * the listener. This is only a hint: the result is looked up by its cookie.
 */
static __always_inline struct sock *listener_of(struct tcp_sock *child)
{
	return (void *)child->tsorted_sent_queue.next -
	       bpf_core_field_offset(struct tcp_sock, tsorted_sent_queue);
}

/*
 * Sets the listener of a pending child, and returns its entry; NULL if it is not
 * followed. It is often that of the child before. The keys of MPTCP listeners are no
 * cookies.
 */
static __always_inline struct tracked *note_listener(struct pending_child *child,
						     struct sock *listening)
{
	__u64 cookie = BPF_CORE_READ(listening, __sk_common.skc_cookie.counter);
	struct tracked *listener = 0;
	int slot;

	if (cookie && child->listener == cookie)
		listener = entry_of(child->slot, cookie);
	if (listener)
		return listener;
	child->listener = listener_key(listening);
	listener = lookup(child->listener, &slot);
	child->slot = slot;
	return listener;
}

/*
 * The handshake is complete and the socket is cloned. The current process is
 * unrelated. The owner of the listener is likely to accept it.
 *
 * The listener itself is read, not its copy: some kernels have already cleared
 * the cookie and the queue of the child.
 */
static __always_inline void child_cloned(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct tracked *listener;
	struct pending_child *child;
	struct sock *listening;
	__u32 zero = 0;

	child = bpf_map_lookup_elem(&pending, &zero);
	if (!tp || !child)
		return;
	child->socket = sk;
	child->owner_source = NETTOP_OWNER_UNKNOWN;
	listening = listener_of(tp);
	listener = note_listener(child, listening);
	if (listener && listener->owner_source) {
		child->owner = listener->owner;
		child->owner_source = child_owner_source(listener);
	}
	if (BPF_CORE_READ((struct inet_connection_sock *)listening,
			  icsk_accept_queue.fastopenq.max_qlen))
		bpf_map_update_elem(&pending_tfo, &sk, child, BPF_ANY);
}

/* The entry that child_cloned() made for a socket. */
static __always_inline struct pending_child *pending_child_of(struct sock *sk)
{
	__u32 zero = 0;
	struct pending_child *child = bpf_map_lookup_elem(&pending, &zero), *entry;

	if (!child || child->socket == sk)
		return child;
	entry = bpf_map_lookup_elem(&pending_tfo, &sk);
	if (!entry)
		return 0;
	/* The map can reuse the entry for another socket at any time. */
	*child = *entry;
	full_barrier();
	if (*(struct sock *volatile *)&entry->socket != sk)
		child->socket = 0;
	return child->socket == sk ? child : 0;
}

/*
 * Counts a connection for its listener, once it is established: if two CPUs
 * complete one handshake, the kernel discards one of the two sockets.
 */
static __always_inline void count_accepted(const struct pending_child *child)
{
	struct tracked *listener = slot_at(child->slot);

	if (!listener || listener->cookie != child->listener)
		return;
	/*
	 * A reader clears the flag before it reads the count. An atomic
	 * operation whose result is used is a full barrier.
	 */
	if (__sync_fetch_and_add(&listener->accepted, 1) + 1)
		listener->unreported = 1;
}
