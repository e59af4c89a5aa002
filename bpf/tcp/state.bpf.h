/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The programs that run when a connection changes state.
 *
 * The kernel does not run a program within itself on one CPU. A packet that
 * interrupts a process while that runs the first program is seen by the second
 * one alone: of two programs in a row, an interrupt falls into one at most.
 *
 * Linux 7 can take a process off its CPU in the middle of a program, which then
 * misses what others do there until the process goes on. The second program
 * does its work meanwhile; it can meet with the same, so there are two more.
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

/* The change that the first program last saw on this CPU. */
struct change {
	struct sock *sk;
	int state;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct change);
} seen SEC(".maps");

/* Changes of state that processes make. */
static __always_inline void changed_by_process(struct sock *sk, int oldstate, int newstate)
{
	switch (newstate) {
	case TCP_SYN_SENT:
		opened_by_process(sk, NETTOP_DIRECTION_OUT, NETTOP_OWNER_CONNECT);
		break;
	case TCP_LISTEN:
		opened_by_process(sk, NETTOP_DIRECTION_UNKNOWN, NETTOP_OWNER_LISTEN);
		break;
	case TCP_ESTABLISHED:
		/* Restored by a process (TCP_REPAIR), without a handshake. */
		if (oldstate == TCP_CLOSE)
			opened_by_process(sk, NETTOP_DIRECTION_UNKNOWN, NETTOP_OWNER_CONNECT);
		break;
	case TCP_FIN_WAIT1:
		/* Of TCP Fast Open, before the handshake was complete. */
		if (oldstate == TCP_SYN_RECV)
			opened_by_peer(sk);
		closing(sk);
		break;
	case TCP_LAST_ACK:
		closing(sk);
		break;
	}
}

/* Changes of state that packets and timers make. */
static __always_inline void changed_by_packet(struct sock *sk, int oldstate, int newstate)
{
	switch (newstate) {
	case TCP_SYN_RECV:
		if (oldstate == TCP_LISTEN)
			cloned(sk);
		break;
	case TCP_ESTABLISHED:
		/* An MPTCP socket is cloned in this state, or gets to it from SYN_RECV. */
		if (oldstate != TCP_SYN_RECV && oldstate != TCP_LISTEN)
			break;
		if (sk->sk_protocol == IPPROTO_MPTCP)
			parent_opened_by_peer(sk);
		else
			opened_by_peer(sk);
		break;
	case TCP_CLOSE:
		ended_now(sk, oldstate);
		break;
	}
}

/* Whether anything is to be done about a change. */
static __always_inline bool matters(struct sock *sk, int oldstate, int newstate)
{
	if (oldstate == newstate || !is_followed(sk))
		return false;
	switch (newstate) {
	case TCP_ESTABLISHED:
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
	case TCP_FIN_WAIT1:
	case TCP_CLOSE:
	case TCP_LAST_ACK:
	case TCP_LISTEN:
		return true;
	}
	return false;
}

static __always_inline void changed(struct sock *sk, int oldstate, int newstate)
{
	changed_by_process(sk, oldstate, newstate);
	changed_by_packet(sk, oldstate, newstate);
}

static __always_inline void mark(struct change *last, struct sock *sk, int newstate)
{
	last->sk = sk;
	last->state = newstate;
}

static __always_inline void see(struct sock *sk, int oldstate, int newstate)
{
	__u32 zero = 0;
	struct change *last = bpf_map_lookup_elem(&seen, &zero);

	if (last)
		mark(last, sk, newstate);
	changed(sk, oldstate, newstate);
}

/*
 * Whether a change was done about, by what it leaves. It was not marked as seen:
 * missed, or seen before something else came between the programs.
 */
static __always_inline bool is_done(struct sock *sk, int newstate)
{
	__u64 cookie = key_of(sk);
	bool has_slot = find(cookie) >= 0;
	struct nettop_status *s;

	switch (newstate) {
	case TCP_CLOSE:
		if (has_slot)
			return false;
		/* Its slot is free since then, or it never had one. */
		s = status_of();
		return !s || !s->table_full || has_ended(cookie);
	case TCP_SYN_SENT:
	case TCP_LISTEN:
	case TCP_ESTABLISHED:
		return has_slot;
	}
	/* All others can be done twice. */
	return false;
}

/* `is_last`: no program comes after this one. */
static __always_inline void see_missed(struct sock *sk, int oldstate, int newstate,
				       bool is_last)
{
	__u32 zero = 0;
	struct change *last = bpf_map_lookup_elem(&seen, &zero);

	if (!last)
		return;
	if (last->sk == sk && last->state == newstate) {
		/* Only this time: the next socket at this address may change unseen. */
		if (is_last)
			last->sk = 0;
		return;
	}
	if (is_done(sk, newstate))
		return;
	if (!is_last)
		mark(last, sk, newstate);
	changed(sk, oldstate, newstate);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_changed, struct sock *sk, int oldstate, int newstate)
{
	if (matters(sk, oldstate, newstate))
		see(sk, oldstate, newstate);
	return 0;
}

/* What the programs before it were kept from. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_missed, struct sock *sk, int oldstate, int newstate)
{
	if (matters(sk, oldstate, newstate))
		see_missed(sk, oldstate, newstate,
			   !(config.features & NETTOP_FEATURE_PREEMPTION));
	return 0;
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(state_missed_twice, struct sock *sk, int oldstate, int newstate)
{
	if (matters(sk, oldstate, newstate))
		see_missed(sk, oldstate, newstate, false);
	return 0;
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(state_missed_thrice, struct sock *sk, int oldstate, int newstate)
{
	if (matters(sk, oldstate, newstate))
		see_missed(sk, oldstate, newstate, true);
	return 0;
}
