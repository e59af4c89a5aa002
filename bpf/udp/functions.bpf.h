/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * UDP by function hooks, if the kernel allows them: no other protocol runs
 * through these functions, and cgroup v2 is not needed.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/status.bpf.h"
#include "socket/owner.bpf.h"
#include "socket/protocol.bpf.h"
#include "udp/count.bpf.h"
#include "udp/datagram.bpf.h"
#include "udp/lifetime.bpf.h"

#include "record.h"

/* As they are without options of IPv4 or extension headers of IPv6. */
union headers {
	struct {
		struct ipv4_header ip;
		struct udp_header udp;
	} v4;
	struct {
		struct ipv6_header ip;
		struct udp_header udp;
	} v6;
};

static __always_inline void socket_created(struct sock *sk)
{
	/* Assigns a cookie now, because not all hooks below can. */
	__u64 cookie = bpf_get_socket_cookie(sk);

	if (is_udp(sk) && !is_kernel_socket(sk))
		track_udp(sk, cookie);
}

static __always_inline void socket_closed(struct sock *sk)
{
	if (is_udp(sk))
		report_udp_end(sk, bpf_get_socket_cookie(sk));
}

SEC("?fexit/udp_init_sock")
int BPF_PROG(udp_made_v4, struct sock *sk)
{
	socket_created(sk);
	return 0;
}

/* If this function does not exist, the hook above sees these sockets too. */
SEC("?fexit/udpv6_init_sock")
int BPF_PROG(udp_made_v6, struct sock *sk)
{
	socket_created(sk);
	return 0;
}

SEC("?fentry/udp_destroy_sock")
int BPF_PROG(udp_closed_v4, struct sock *sk)
{
	socket_closed(sk);
	return 0;
}

SEC("?fentry/udpv6_destroy_sock")
int BPF_PROG(udp_closed_v6, struct sock *sk)
{
	socket_closed(sk);
	return 0;
}

/* The output device of a packet. The lowest bit of the reference is a flag. */
static __always_inline __u32 device_of(struct sk_buff *skb)
{
	struct dst_entry *dst = (void *)(skb->_skb_refdst & ~1UL);

	return BPF_CORE_READ(dst, dev, ifindex);
}

/* `skb` begins at the IP header or after the UDP header, depending on the function. */
static __always_inline void count_buffer(struct sk_buff *skb, struct sock *sk, __u64 cookie,
					 const bool sent)
{
	void *head = skb->head;
	void *ip_at = head + skb->network_header;
	void *udp_at = head + skb->transport_header;
	struct skb_shared_info *shared = head + skb->end;
	struct udp_header *udp;
	union headers h;
	struct datagram d;
	void *usual;

	/* Reads no further than the buffer: `shared` follows shorter headers. */
	if (bpf_probe_read_kernel(&h, sizeof(h), ip_at))
		return;
	if (h.v4.ip.version == 4) {
		read_v4(&d, &h.v4.ip, sent);
		udp = &h.v4.udp;
		usual = ip_at + sizeof(h.v4.ip);
	} else {
		read_v6(&d, &h.v6.ip, sent);
		if (needs_interface(&d))
			read_interface(&d, sk, sent ? device_of(skb) : skb->skb_iif);
		udp = &h.v6.udp;
		usual = ip_at + sizeof(h.v6.ip);
	}
	if (udp_at != usual) {
		udp = &h.v4.udp;
		if (bpf_probe_read_kernel(udp, sizeof(*udp), udp_at))
			return;
	}
	read_ports(&d, udp, sent);
	d.bytes = skb->len - (__u32)(udp_at + sizeof(*udp) - (void *)skb->data);
	/* One packet can hold several datagrams (UDP_SEGMENT, UDP_GRO). */
	d.packets = BPF_CORE_READ(shared, gso_segs);
	if (!d.packets)
		d.packets = 1;
	d.key.cookie = cookie;
	d.sent = sent;
	if (!add_to_flow(&d))
		first_datagram(&d, address_of(sk));
}

/* ICMP and raw sockets use these functions too. */
static __always_inline void buffer_sent(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	struct nettop_status *s;
	__u64 cookie;

	if (sk->sk_protocol != IPPROTO_UDP)
		return;
	cookie = sk->__sk_common.skc_cookie.counter;
	if (cookie) {
		count_buffer(skb, sk, cookie, true);
		return;
	}
	/*
	 * A socket older than the tracer that no scan has found yet. This hook
	 * cannot assign a cookie.
	 */
	s = status_of();
	if (s)
		__sync_fetch_and_add(&s->flows_lost, 1);
}

SEC("?fentry/ip_send_skb")
int BPF_PROG(datagram_sent_v4, struct net *net, struct sk_buff *skb)
{
	buffer_sent(skb);
	return 0;
}

SEC("?fentry/ip6_send_skb")
int BPF_PROG(datagram_sent_v6, struct sk_buff *skb)
{
	buffer_sent(skb);
	return 0;
}

/* IPv4 and IPv6, before the receive buffer can be full. */
SEC("?fentry/__udp_enqueue_schedule_skb")
int BPF_PROG(datagram_arrived, struct sock *sk, struct sk_buff *skb)
{
	__u64 cookie;

	if (sk->sk_protocol != IPPROTO_UDP)
		return 0;
	cookie = sk->__sk_common.skc_cookie.counter;
	count_buffer(skb, sk, cookie ?: bpf_get_socket_cookie(sk), false);
	return 0;
}
