/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The programs that run when a connection changes state.
 *
 * The kernel does not run a program within itself on one CPU. A packet that
 * interrupts a process while that runs the first program is seen by the second
 * one alone: of two programs in a row, an interrupt falls into one at most.
 */
#pragma once

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

static __always_inline bool is_by_packet(int newstate)
{
	return newstate == TCP_SYN_RECV || newstate == TCP_ESTABLISHED || newstate == TCP_CLOSE;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_changed, struct sock *sk, int oldstate, int newstate)
{
	struct change *last;
	__u32 zero = 0;

	if (!is_followed(sk) || oldstate == newstate)
		return 0;
	changed_by_process(sk, oldstate, newstate);
	if (!is_by_packet(newstate))
		return 0;
	last = bpf_map_lookup_elem(&seen, &zero);
	if (last) {
		last->sk = sk;
		last->state = newstate;
	}
	changed_by_packet(sk, oldstate, newstate);
	return 0;
}

/* What the program before it was kept from. Processes do not interrupt packets. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(state_missed, struct sock *sk, int oldstate, int newstate)
{
	struct change *last;
	bool has_slot;
	__u32 zero = 0;

	if (!is_by_packet(newstate) || !is_followed(sk) || oldstate == newstate)
		return 0;
	last = bpf_map_lookup_elem(&seen, &zero);
	if (!last)
		return 0;
	if (last->sk == sk && last->state == newstate) {
		/* Only this time: the next socket at this address may end unseen. */
		last->sk = 0;
		return 0;
	}
	/*
	 * Missed, or seen before an interrupt that came between the programs: then
	 * its slot is free already, or taken, and neither must be told twice.
	 */
	has_slot = find(key_of(sk)) >= 0;
	if (newstate == TCP_CLOSE ? !has_slot :
				    has_slot && sk->sk_protocol == IPPROTO_MPTCP)
		return 0;
	changed_by_packet(sk, oldstate, newstate);
	return 0;
}
