/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Adds a datagram to its flow, wherever it was met: each once between its socket
 * and the rest of the kernel, whole before it is cut in fragments and after it
 * was put together.
 */
#pragma once

struct ipv4_header {
	__u8 length : 4;	/* in words; x86 and arm order of bits */
	__u8 version : 4;
	__u8 unused[8];
	__u8 protocol;
	__be16 checksum;
	__be32 source;
	__be32 destination;
};

struct ipv6_header {
	__u8 unused[6];
	__u8 next;
	__u8 hops;
	__u32 source[4];
	__u32 destination[4];
};

struct udp_header {
	__be16 source;
	__be16 destination;
	__be16 length;
	__u16 checksum;
};

/* What is known of a datagram where it is met; several can travel as one. */
struct datagram {
	struct flow_key key;
	__u32 local[4];
	__be16 local_port;
	__u64 bytes;			/* of payload */
	__u64 packets;
};

static __always_inline void read_v4(struct datagram *d, const struct ipv4_header *ip,
				    const bool sent)
{
	d->key.remote[0] = 0;
	d->key.remote[1] = 0;
	d->key.remote[2] = bpf_htonl(0xffff);
	d->key.remote[3] = sent ? ip->destination : ip->source;
	d->local[0] = 0;
	d->local[1] = 0;
	d->local[2] = bpf_htonl(0xffff);
	d->local[3] = sent ? ip->source : ip->destination;
}

static __always_inline void read_v6(struct datagram *d, const struct ipv6_header *ip,
				    const bool sent)
{
	__builtin_memcpy(d->key.remote, sent ? ip->destination : ip->source, 16);
	__builtin_memcpy(d->local, sent ? ip->source : ip->destination, 16);
}

static __always_inline void read_ports(struct datagram *d, const struct udp_header *udp,
				       const bool sent)
{
	d->key.port = sent ? udp->destination : udp->source;
	d->local_port = sent ? udp->source : udp->destination;
}

static __always_inline void add(struct flow *f, __u64 bytes, __u64 packets, const bool sent)
{
	__sync_fetch_and_add(sent ? &f->told.bytes_sent : &f->told.bytes_received, bytes);
	__sync_fetch_and_add(sent ? &f->told.packets_sent : &f->told.packets_received, packets);
}

/*
 * The slot of the socket of a datagram. The kernel's own sockets are met here
 * first, and those that a scan would find next.
 */
static __always_inline int slot_of_sender(struct sock *sk, __u64 cookie)
{
	struct tracked t = {
		.cookie = cookie,
		.socket = sk,
		.is_udp = 1,
		.has_record = 1,
	};
	int slot = find(cookie);

	if (slot >= 0)
		return slot;
	if (is_of_kernel(sk))
		t.owner_source = NETTOP_OWNER_KERNEL;
	track(&t);
	return find(cookie);
}

/* A datagram of a flow that is not known yet. */
static __noinline int first_datagram(struct sock *sk, struct flow_key *key,
				     struct nettop_flow *told)
{
	struct nettop_status *s = status_of();
	struct flow new = {}, *f;
	struct tracked *t;

	/* A raw socket can see datagrams too: they are another's. */
	if (!s || !sk || !key || !told || !is_udp(sk))
		return 0;
	new.slot = slot_of_sender(sk, key->cookie);
	t = slot_at(new.slot);
	if (!t) {
		__sync_fetch_and_add(&s->flows_lost, told->packets_sent + told->packets_received);
		return 0;
	}
	t->has_record = 1;
	new.told = *told;
	new.told.cookie = key->cookie;
	new.told.opened_ns = bpf_ktime_get_boot_ns();
	new.told.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	new.active_ns = new.told.opened_ns;
	if (s->flows < config.flows) {
		long error = bpf_map_update_elem(&flows, key, &new, BPF_NOEXIST);

		if (!error) {
			__sync_fetch_and_add(&s->flows, 1);
			return 0;
		}
		if (error == -EEXIST)
			goto known;
	}
	__sync_fetch_and_add(&s->flows_full, told->packets_sent + told->packets_received);
	__builtin_memset(key->remote, 0, sizeof(key->remote));
	key->port = 0;
	__builtin_memset(new.told.remote_address, 0, 16);
	new.told.remote_port = 0;
	if (!bpf_map_update_elem(&flows, key, &new, BPF_NOEXIST))
		return 0;
known:
	f = bpf_map_lookup_elem(&flows, key);
	if (!f) {
		__sync_fetch_and_add(&s->flows_lost, told->packets_sent + told->packets_received);
		return 0;
	}
	add(f, told->bytes_sent, told->packets_sent, true);
	add(f, told->bytes_received, told->packets_received, false);
	return 0;
}

/* Whether its flow is known, and has it now. */
static __always_inline bool add_to_flow(struct datagram *d, const bool sent)
{
	struct flow *f;

	d->key.unused = 0;
	f = bpf_map_lookup_elem(&flows, &d->key);
	if (f)
		add(f, d->bytes, d->packets, sent);
	return f;
}

/* `sk` is an address to read from. */
static __always_inline void begin_flow(struct datagram *d, struct sock *sk, const bool sent)
{
	struct nettop_flow told = {
		.direction = sent ? NETTOP_DIRECTION_OUT : NETTOP_DIRECTION_IN,
		.local_port = bpf_ntohs(d->local_port),
		.remote_port = bpf_ntohs(d->key.port),
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
