/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The headers and addresses of a datagram. */
#pragma once

#include "core/prelude.bpf.h"
#include "udp/flow.bpf.h"

struct ipv4_header {
	__u8 length : 4;	/* in words; bit order of little-endian machines */
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

/* One datagram, or several in one packet. */
struct datagram {
	struct flow_key key;
	__u32 local[4];
	__be16 local_port;
	__u32 interface;		/* of a link-local address, else 0 */
	__u64 bytes;			/* payload */
	__u64 packets;
	bool sent;			/* else received */
};

/* Whether one of the addresses means nothing without its interface. */
static __always_inline bool needs_interface(const struct datagram *d)
{
	return is_link_local(d->key.remote) || is_link_local(d->local);
}

/*
 * The interface of a link-local address. As in the addresses of sockets, the
 * device that the socket is bound to comes first.
 */
static __always_inline void read_interface(struct datagram *d, struct sock *sk, __u32 interface)
{
	d->interface = BPF_CORE_READ(sk, __sk_common.skc_bound_dev_if) ?: interface;
	if (is_link_local(d->key.remote))
		d->key.interface = d->interface;
}

static __always_inline void read_v4(struct datagram *d, const struct ipv4_header *ip,
				    const bool sent)
{
	d->interface = 0;
	d->key.interface = 0;
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
	d->interface = 0;
	d->key.interface = 0;
	__builtin_memcpy(d->key.remote, sent ? ip->destination : ip->source, 16);
	__builtin_memcpy(d->local, sent ? ip->source : ip->destination, 16);
}

static __always_inline void read_ports(struct datagram *d, const struct udp_header *udp,
				       const bool sent)
{
	d->key.port = sent ? udp->destination : udp->source;
	d->local_port = sent ? udp->source : udp->destination;
}
