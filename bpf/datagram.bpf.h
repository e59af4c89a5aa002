/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Counts datagrams at the root of cgroup v2, where each is seen once between
 * its socket and the rest of the kernel: whole before it is cut in fragments,
 * and after it was put together. Packets of TCP pass here too; they are let go
 * after a look at their header.
 */
#pragma once

#define IPPROTO_HOPOPTS 0
#define IPPROTO_ROUTING 43
#define IPPROTO_DSTOPTS 60
#define MOST_EXTENSIONS 6

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
static __noinline int first_datagram(struct __sk_buff *skb, struct flow_key *key,
				     struct nettop_flow *told)
{
	struct nettop_status *s = status_of();
	/* As skb->sk, but an address to read from. */
	struct sock *sk = BPF_CORE_READ((struct sk_buff *)skb, sk);
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

/* Where the UDP header of an IPv6 packet with extension headers begins; 0: it has none. */
static __noinline int udp_offset(struct __sk_buff *skb)
{
	__u32 offset = sizeof(struct ipv6_header);
	__u8 next;

	if (bpf_skb_load_bytes(skb, 6, &next, 1))
		return 0;
	for (int i = 0; i < MOST_EXTENSIONS; i++) {
		__u8 header[2];

		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS)
			break;
		if (bpf_skb_load_bytes(skb, offset, header, 2))
			return 0;
		next = header[0];
		offset += (header[1] + 1) * 8;
	}
	return next == IPPROTO_UDP ? offset : 0;
}

static __always_inline void count(struct __sk_buff *skb, struct flow_key *key, __u32 headers,
				  const __u32 *local, __be16 local_port, const bool sent)
{
	__u64 bytes = skb->len - headers - sizeof(struct udp_header);
	/* Of several that travel as one (UDP_SEGMENT, UDP_GRO). */
	__u64 packets = skb->gso_segs;
	struct flow *f;

	if (!packets)
		packets = 1;
	key->cookie = bpf_get_socket_cookie(skb);
	key->unused = 0;
	f = bpf_map_lookup_elem(&flows, key);
	if (f) {
		add(f, bytes, packets, sent);
		return;
	}

	struct nettop_flow told = {
		.direction = sent ? NETTOP_DIRECTION_OUT : NETTOP_DIRECTION_IN,
		.local_port = bpf_ntohs(local_port),
		.remote_port = bpf_ntohs(key->port),
	};

	if (sent) {
		told.bytes_sent = bytes;
		told.packets_sent = packets;
	} else {
		told.bytes_received = bytes;
		told.packets_received = packets;
	}
	__builtin_memcpy(told.local_address, local, 16);
	__builtin_memcpy(told.remote_address, key->remote, 16);
	first_datagram(skb, key, &told);
}

static __always_inline void datagram_v4(struct __sk_buff *skb, struct ipv4_header *ip, void *end,
					const bool sent)
{
	__u32 headers = ip->length * 4;
	struct udp_header *udp = (void *)ip + headers;
	__u32 local[4] = { 0, 0, bpf_htonl(0xffff) };
	struct flow_key key;

	if ((void *)(udp + 1) > end)
		return;
	local[3] = sent ? ip->source : ip->destination;
	key.remote[0] = 0;
	key.remote[1] = 0;
	key.remote[2] = bpf_htonl(0xffff);
	key.remote[3] = sent ? ip->destination : ip->source;
	key.port = sent ? udp->destination : udp->source;
	count(skb, &key, headers, local, sent ? udp->source : udp->destination, sent);
}

static __always_inline void datagram_v6(struct __sk_buff *skb, struct ipv6_header *ip,
					const bool sent)
{
	__u32 headers = sizeof(*ip);
	struct udp_header udp;
	struct flow_key key;
	__u32 local[4];

	__builtin_memcpy(local, sent ? ip->source : ip->destination, 16);
	__builtin_memcpy(key.remote, sent ? ip->destination : ip->source, 16);
	if (ip->next == IPPROTO_UDP) {
		udp = *(struct udp_header *)(ip + 1);
	} else {
		headers = udp_offset(skb);
		if (!headers || bpf_skb_load_bytes(skb, headers, &udp, sizeof(udp)))
			return;
	}
	key.port = sent ? udp.destination : udp.source;
	count(skb, &key, headers, local, sent ? udp.source : udp.destination, sent);
}

static __always_inline int datagram(struct __sk_buff *skb, const bool sent)
{
	struct ipv4_header *v4 = (void *)(long)skb->data;
	struct ipv6_header *v6 = (void *)v4;
	void *end = (void *)(long)skb->data_end;

	if ((void *)(v4 + 1) > end)
		return 1;
	if (v4->version == 4) {
		if (v4->protocol == IPPROTO_UDP)
			datagram_v4(skb, v4, end, sent);
		return 1;
	}
	if ((void *)(v6 + 1) + sizeof(struct udp_header) > end || v6->next == IPPROTO_TCP)
		return 1;
	datagram_v6(skb, v6, sent);
	return 1;
}

SEC("?cgroup_skb/egress")
int datagram_sent(struct __sk_buff *skb)
{
	return datagram(skb, true);
}

SEC("?cgroup_skb/ingress")
int datagram_received(struct __sk_buff *skb)
{
	return datagram(skb, false);
}
