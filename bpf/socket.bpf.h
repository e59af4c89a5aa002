/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Reading a socket. */
#pragma once

extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

/*
 * A field of a kernel object. Where the verifier knows the type of the pointer
 * a plain load is allowed and cheapest; else it takes a helper call. `typed`
 * is a constant in every use.
 */
#define FIELD(pointer, field) \
	(typed ? (pointer)->field : BPF_CORE_READ(pointer, field))

/* What no figure changes without. */
struct marks {
	__u32 segs_in;
	__u32 segs_out;
	__u32 write_seq;
	__u32 copied_seq;
	__u32 drops;
};

/* An acknowledgement or number before `from` is none ahead of it. */
static __always_inline __u32 ahead(__u32 to, __u32 from)
{
	__s32 distance = to - from;

	return distance > 0 ? distance : 0;
}

static __always_inline void read_addresses(struct nettop_record *r, struct inet_sock *inet,
					   const bool typed)
{
	struct sock_common *common = &inet->sk.__sk_common;
	struct net *net = FIELD(common, skc_net.net);

	r->family = FIELD(common, skc_family);
	if (r->family == AF_INET6) {
		bpf_probe_read_kernel(r->local_address, 16, &common->skc_v6_rcv_saddr);
		bpf_probe_read_kernel(r->remote_address, 16, &common->skc_v6_daddr);
	} else {
		__builtin_memset(r->local_address, 0, 16);
		__builtin_memset(r->remote_address, 0, 16);
		*(__be32 *)r->local_address = FIELD(common, skc_rcv_saddr);
		*(__be32 *)r->remote_address = FIELD(common, skc_daddr);
	}
	/* skc_num is 0 already when the final record is made. */
	r->local_port = bpf_ntohs(FIELD(inet, inet_sport));
	r->remote_port = bpf_ntohs(FIELD(common, skc_dport));
	r->netns = FIELD(net, ns.inum);
}

/* As `ss -m` prints it after `d`. Where NUMA nodes count apart, sk_drops is not used. */
static __always_inline __u32 drops_of(struct sock *sk, const bool typed)
{
	struct numa_drop_counters *counters;

	if (bpf_core_field_exists(sk->sk_drop_counters)) {
		counters = FIELD(sk, sk_drop_counters);
		if (counters)
			return FIELD(counters, drops0.counter) + FIELD(counters, drops1.counter);
	}
	return FIELD(sk, sk_drops.counter);
}

static __always_inline void read_counters(struct nettop_record *r, struct tcp_sock *tp,
					  const bool typed)
{
	struct sock *sk = (struct sock *)tp;
	__u64 fin = (FIELD(sk, __sk_common.skc_flags) >> SOCK_DONE) & 1;

	r->bytes_sent = FIELD(tp, bytes_sent) - FIELD(tp, bytes_retrans);
	r->bytes_received = FIELD(tp, bytes_received);
	if (r->bytes_received)
		r->bytes_received -= fin;
	r->drops = drops_of(sk, typed);
	r->segs_out = FIELD(tp, segs_out);
	r->segs_in = FIELD(tp, segs_in);
	r->total_retrans = FIELD(tp, total_retrans);
	r->srtt_us = FIELD(tp, srtt_us) >> 3;
	r->mdev_us = FIELD(tp, mdev_us) >> 2;
	r->min_rtt_us = FIELD(tp, rtt_min.s[0].v);
	r->snd_cwnd = FIELD(tp, snd_cwnd);
	if (r->state == TCP_LISTEN) {
		r->unread = FIELD(sk, sk_ack_backlog);
		r->unacked = FIELD(sk, sk_max_ack_backlog);
		r->unsent = 0;
		return;
	}

	__u32 write_seq = FIELD(tp, write_seq);

	/* As tcp_diag counts them: a FIN is no byte to read. */
	r->unread = ahead(FIELD(tp, rcv_nxt), FIELD(tp, copied_seq));
	r->unacked = ahead(write_seq, FIELD(tp, snd_una));
	r->unsent = ahead(write_seq, FIELD(tp, snd_nxt));
}

/* What is kept of the socket; all unknown where there is no entry. */
static __always_inline void read_tracked(struct nettop_record *r, const struct tracked *t,
					 bool listens)
{
	r->accepted = t && listens ? t->accepted : ~0ULL;
	r->parent = t ? t->parent : 0;
	r->reserved = 0;
	r->protocol = t && t->kind == KIND_MPTCP ? IPPROTO_MPTCP : IPPROTO_TCP;
	if (!t) {
		r->flags = 0;
		r->reset_reason = ~0U;
		r->rto_retrans = 0;
		r->fast_retrans = 0;
		r->tlp_retrans = 0;
		r->syn_retrans = 0;
		r->opened_ns = 0;
		r->direction = NETTOP_DIRECTION_UNKNOWN;
		r->owner_source = NETTOP_OWNER_UNKNOWN;
		__builtin_memset(&r->owner, 0, sizeof(r->owner));
		return;
	}
	r->opened_ns = t->opened_ns;
	r->direction = t->direction;
	r->owner_source = t->owner_source;
	r->owner = t->owner;
	r->flags = t->flags;
	r->reset_reason = t->reset_reason == NO_REASON ? ~0U : t->reset_reason;
	r->rto_retrans = t->rto_retrans;
	r->fast_retrans = t->fast_retrans;
	r->tlp_retrans = t->tlp_retrans;
	r->syn_retrans = t->syn_retrans;
}
