/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The programs that run when a connection changes state.
 *
 * The kernel does not run a program recursively on one CPU. If a packet
 * interrupts a process that is in the first program, only the second program
 * sees the change that the packet makes. An interrupt can fall into only one of
 * two consecutive programs.
 *
 * Linux 7 can preempt a program. Until the preempted task continues, the
 * program misses all changes on that CPU. The second program handles them
 * meanwhile. It can be preempted too, so there are two more.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/ends.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "socket/protocol.bpf.h"
#include "tcp/closer.bpf.h"
#include "tcp/end.bpf.h"
#include "tcp/mptcp.bpf.h"
#include "tcp/open.bpf.h"
#include "tcp/pending.bpf.h"

#include "record.h"

/* The last change of state that was handled on this CPU. */
struct change {
	struct sock *sk;
	int state;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct change);
} last_changes SEC(".maps");

/* Changes of state that a process makes. */
static __always_inline void changed_by_process(struct sock *sk, int oldstate, int newstate)
{
	switch (newstate) {
	case TCP_ESTABLISHED:
		/* A process restored the connection (TCP_REPAIR), without a handshake. */
		if (oldstate != TCP_CLOSE)
			break;
		/* fall through */
	case TCP_SYN_SENT:
	case TCP_LISTEN:
		opened_by_process(sk, newstate);
		break;
	case TCP_FIN_WAIT1:
		/* TCP Fast Open: closed before the handshake was complete. */
		if (oldstate == TCP_SYN_RECV)
			opened_by_peer(sk);
		/* fall through */
	case TCP_LAST_ACK:
		note_closer(tracked_of(key_of(sk)));
		break;
	}
}

/* A function, so that its stack is not part of its caller's: Linux 6.1 allows 512 bytes in all. */
static __noinline int ended_by_packet(struct sock *sk, int oldstate)
{
	report_end(sk, oldstate);
	return 0;
}

/* Changes of state that packets and timers make. */
static __always_inline void changed_by_packet(struct sock *sk, int oldstate, int newstate)
{
	switch (newstate) {
	case TCP_SYN_RECV:
		if (oldstate == TCP_LISTEN)
			child_cloned(sk);
		break;
	case TCP_ESTABLISHED:
		/*
		 * The kernel clones an MPTCP socket in state ESTABLISHED, or
		 * changes it from SYN_RECV.
		 */
		if (oldstate != TCP_SYN_RECV && oldstate != TCP_LISTEN)
			break;
		if (sk->sk_protocol == IPPROTO_MPTCP)
			parent_opened_by_peer(sk);
		else
			opened_by_peer(sk);
		break;
	case TCP_CLOSE:
		ended_by_packet(sk, oldstate);
		break;
	}
}

/*
 * Whether a change of state requires an action. Half of the changes do not, and
 * every program asks: the states come first, because they are in registers.
 */
static __always_inline bool is_relevant(struct sock *sk, int oldstate, int newstate)
{
	switch (newstate) {
	case TCP_ESTABLISHED:
		if (oldstate != TCP_SYN_RECV && oldstate != TCP_LISTEN && oldstate != TCP_CLOSE)
			return false;
		break;
	case TCP_SYN_RECV:
		if (oldstate != TCP_LISTEN)
			return false;
		break;
	case TCP_SYN_SENT:
	case TCP_FIN_WAIT1:
	case TCP_CLOSE:
	case TCP_LAST_ACK:
	case TCP_LISTEN:
		break;
	default:
		return false;
	}
	return oldstate != newstate && is_tcp(sk);
}

static __always_inline void handle_change(struct sock *sk, int oldstate, int newstate)
{
	changed_by_process(sk, oldstate, newstate);
	changed_by_packet(sk, oldstate, newstate);
}

/* A function, so that the object has it once for the programs that seldom call it. */
static __noinline int handle_seldom(struct sock *sk, int oldstate, int newstate)
{
	handle_change(sk, oldstate, newstate);
	return 0;
}

static __always_inline void note_change(struct change *last, struct sock *sk, int newstate)
{
	last->sk = sk;
	last->state = newstate;
}

static __always_inline void handle_first(struct sock *sk, int oldstate, int newstate)
{
	__u32 zero = 0;
	struct change *last = bpf_map_lookup_elem(&last_changes, &zero);

	if (last)
		note_change(last, sk, newstate);
	handle_change(sk, oldstate, newstate);
}

/*
 * Whether a change was handled, judged by its effects. Another change has
 * overwritten last_changes: either the earlier programs missed this one, or
 * something ran in between.
 */
static __always_inline bool is_handled(struct sock *sk, int newstate)
{
	__u64 cookie = key_of(sk);
	bool has_slot = find(cookie) >= 0;
	struct nettop_status *s;

	switch (newstate) {
	case TCP_CLOSE:
		if (has_slot)
			return false;
		/* Either the slot has been freed, or the socket never had one. */
		s = status_of();
		return !s || !s->table_full || has_ended(cookie);
	case TCP_SYN_SENT:
	case TCP_LISTEN:
	case TCP_ESTABLISHED:
		return has_slot;
	}
	/* All other changes can be handled twice. */
	return false;
}

/* `is_last`: no program follows. */
static __always_inline void handle_missed(struct sock *sk, int oldstate, int newstate,
					  bool is_last)
{
	__u32 zero = 0;
	struct change *last = bpf_map_lookup_elem(&last_changes, &zero);

	if (!last)
		return;
	if (last->sk == sk && last->state == newstate) {
		/* Match once: the earlier programs may miss the next socket at this address. */
		if (is_last)
			last->sk = 0;
		return;
	}
	if (is_handled(sk, newstate))
		return;
	if (!is_last)
		note_change(last, sk, newstate);
	handle_seldom(sk, oldstate, newstate);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_changed, struct sock *sk, int oldstate, int newstate)
{
	if (is_relevant(sk, oldstate, newstate))
		handle_first(sk, oldstate, newstate);
	return 0;
}

/* Handles what the programs before it missed. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_missed, struct sock *sk, int oldstate, int newstate)
{
	if (is_relevant(sk, oldstate, newstate))
		handle_missed(sk, oldstate, newstate,
			      !(config.features & NETTOP_FEATURE_PREEMPTION));
	return 0;
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(state_missed_twice, struct sock *sk, int oldstate, int newstate)
{
	if (is_relevant(sk, oldstate, newstate))
		handle_missed(sk, oldstate, newstate, false);
	return 0;
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(state_missed_thrice, struct sock *sk, int oldstate, int newstate)
{
	if (is_relevant(sk, oldstate, newstate))
		handle_missed(sk, oldstate, newstate, true);
	return 0;
}
