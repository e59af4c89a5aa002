/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * UDP at the root of cgroup v2. TCP packets pass through these programs too;
 * they cost a look at the IP header.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "udp/count.bpf.h"
#include "udp/datagram.bpf.h"
#include "udp/lifetime.bpf.h"

#define IPPROTO_HOPOPTS 0
#define IPPROTO_ROUTING 43
#define IPPROTO_DSTOPTS 60
#define MAX_EXTENSIONS 6

SEC("?cgroup/sock_create")
int udp_created(struct bpf_sock *ctx)
{
	if (ctx->protocol == IPPROTO_UDP && ctx->type == SOCK_DGRAM)
		track_udp((struct sock *)ctx, bpf_get_socket_cookie(ctx));
	return 1;
}

SEC("?cgroup/sock_release")
int udp_released(struct bpf_sock *ctx)
{
	if (ctx->protocol == IPPROTO_UDP && ctx->type == SOCK_DGRAM)
		report_udp_end((struct sock *)ctx, bpf_get_socket_cookie(ctx));
	return 1;
}

/*
 * The offset of the UDP header in an IPv6 packet with extension headers; 0 if
 * there is none.
 */
static __noinline int udp_offset(struct __sk_buff *skb)
{
	__u32 offset = sizeof(struct ipv6_header);
	__u8 next;

	if (bpf_skb_load_bytes(skb, 6, &next, 1))
		return 0;
	for (int i = 0; i < MAX_EXTENSIONS; i++) {
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

static __always_inline void count_packet(struct __sk_buff *skb, struct datagram *d, __u32 headers,
					 const bool sent)
{
	d->bytes = skb->len - headers - sizeof(struct udp_header);
	/* One packet can hold several datagrams (UDP_SEGMENT, UDP_GRO). */
	d->packets = skb->gso_segs;
	if (!d->packets)
		d->packets = 1;
	d->key.cookie = bpf_get_socket_cookie(skb);
	d->sent = sent;
	/* skb->sk has another type; this is an address to read from. */
	if (!add_to_flow(d))
		first_datagram(d, (__u64)BPF_CORE_READ((struct sk_buff *)skb, sk));
}

/*
 * Functions, so that the programs save no registers for packets of TCP, which are
 * most.
 */
static __noinline int packet_v4(struct __sk_buff *skb, struct ipv4_header *ip, void *end,
				bool sent)
{
	__u32 headers = ip->length * 4;
	struct udp_header *udp = (void *)ip + headers;
	struct datagram d;

	if ((void *)(udp + 1) > end)
		return 0;
	read_v4(&d, ip, sent);
	read_ports(&d, udp, sent);
	count_packet(skb, &d, headers, sent);
	return 0;
}

static __noinline int packet_v6(struct __sk_buff *skb, struct ipv6_header *ip, void *end,
				bool sent)
{
	__u32 headers = sizeof(*ip);
	struct udp_header udp;
	struct datagram d;

	if ((void *)(ip + 1) + sizeof(udp) > end)
		return 0;
	read_v6(&d, ip, sent);
	if (ip->next == IPPROTO_UDP) {
		udp = *(struct udp_header *)(ip + 1);
	} else {
		headers = udp_offset(skb);
		if (!headers || bpf_skb_load_bytes(skb, headers, &udp, sizeof(udp)))
			return 0;
	}
	read_ports(&d, &udp, sent);
	if (needs_interface(&d))
		read_interface(&d, BPF_CORE_READ((struct sk_buff *)skb, sk), skb->ifindex);
	count_packet(skb, &d, headers, sent);
	return 0;
}

static __always_inline int packet(struct __sk_buff *skb, const bool sent)
{
	struct ipv4_header *v4 = (void *)(long)skb->data;
	struct ipv6_header *v6 = (void *)v4;
	void *end = (void *)(long)skb->data_end;

	if ((void *)(v4 + 1) > end)
		return 1;
	if (v4->version == 4) {
		if (v4->protocol == IPPROTO_UDP)
			packet_v4(skb, v4, end, sent);
		return 1;
	}
	if ((void *)(v6 + 1) <= end && v6->next != IPPROTO_TCP)
		packet_v6(skb, v6, end, sent);
	return 1;
}

SEC("?cgroup_skb/egress")
int datagram_sent(struct __sk_buff *skb)
{
	return packet(skb, true);
}

SEC("?cgroup_skb/ingress")
int datagram_received(struct __sk_buff *skb)
{
	return packet(skb, false);
}
