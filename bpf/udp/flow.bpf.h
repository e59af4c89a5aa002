/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* UDP flows: the datagrams between a socket and one remote address. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/status.bpf.h"

#include "record.h"

/*
 * IPv4 is ::ffff:a.b.c.d. No remote address: the overflow flow of the socket,
 * for datagrams that have no flow of their own.
 */
struct flow_key {
	__u64 cookie;
	__u32 remote[4];	/* network order */
	__u32 port;		/* network order */
	__u32 interface;	/* of a link-local remote address, else 0 */
};

struct flow {
	struct nettop_flow record;
	__u64 tag;		/* `tag_of` its key; 0: unused */
	__u64 reported;		/* number of datagrams last reported */
	__u64 active_ns;	/* time of the last pass that saw a new datagram */
	__u32 pass;		/* number of the pass that last reported it */
	__u32 users;		/* programs that may be adding to it */
	int slot;		/* of its socket */
	__u8 state;		/* FLOW_* */
	__u8 end;		/* FLOW_ENDING: the reason */
};

enum {
	FLOW_FREE,
	FLOW_LIVE,
	FLOW_ENDING,		/* the key no longer leads to it */
	FLOW_UNUSED,		/* taken, but no flow was started in it */
};

/*
 * The place of the flow with a key. The kernel reuses a deleted hash element at
 * once, even while a program uses it. So the flows are in an array, and only
 * the pass frees them, when no program is adding to them.
 *
 * Preallocated: a scan of a million addresses costs no memory. Some entries are
 * reserved for overflow flows.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct flow_key);
	__type(value, __u32);
} flow_places SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct flow);
} flows SEC(".maps");

/*
 * A queue of freed places. Entry n % entries is the place to take for ticket n,
 * plus 1; 0 if nothing was freed there yet, which means place n.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} free_flows SEC(".maps");

/*
 * The place of the flow that had a tag last, by the top bits of the tag. It saves
 * most datagrams the search in `flow_places`. Any place can be here: what is
 * found there is compared with the whole key.
 */
#define FLOW_HINT_BITS 14

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << FLOW_HINT_BITS);
	__type(key, __u32);
	__type(value, __u32);
} flow_hints SEC(".maps");

static __always_inline __u32 *flow_hint(__u64 tag)
{
	__u32 index = tag >> (64 - FLOW_HINT_BITS);

	return bpf_map_lookup_elem(&flow_hints, &index);
}

static __always_inline bool is_overflow(const struct flow_key *key)
{
	return !(key->remote[0] | key->remote[1] | key->remote[2] | key->remote[3] | key->port);
}

/*
 * Tells the flows that a place has had apart. One word, so that it is read
 * atomically. Two keys can have the same tag if somebody chose them so.
 */
static __always_inline __u64 tag_of(const struct flow_key *key)
{
	__u64 tag = key->cookie ^ config.secret;

	tag = (tag ^ ((__u64)key->remote[0] << 32 | key->remote[1])) * 0x9e3779b97f4a7c15ULL;
	tag = (tag ^ tag >> 32 ^ ((__u64)key->remote[2] << 32 | key->remote[3])) *
	       0xd6e8feb86659fd93ULL;
	tag = (tag ^ tag >> 32 ^ ((__u64)key->interface << 32 | key->port)) * 0x9e3779b97f4a7c15ULL;
	return tag | 1;
}

static __always_inline struct flow *flow_at(__u32 place)
{
	return bpf_map_lookup_elem(&flows, &place);
}

/* How often other CPUs may come first. */
#define MAX_TRIES 16

/* Takes a free place; negative if there is none. */
__noinline int take_place(void)
{
	struct nettop_status *s = status_of();

	for (int i = 0; s && i < MAX_TRIES; i++) {
		__u64 number = *(volatile __u64 *)&s->flows_taken;
		__u32 index = number & (config.flow_places - 1);
		__u32 *freed = bpf_map_lookup_elem(&free_flows, &index);

		if (!freed || number >= *(volatile __u64 *)&s->flows_freed + config.flow_places)
			return -1;
		if (__sync_val_compare_and_swap(&s->flows_taken, number, number + 1) != number)
			continue;
		/* The entry is not rewritten before this place is freed. */
		number = *(volatile __u32 *)freed;
		return number ? number - 1 : index;
	}
	return -1;
}

/* Link-local addresses: fe80::/10, ff01::/16 and ff02::/16. */
static __always_inline bool is_link_local(const __u32 *address)
{
	__u32 top = bpf_ntohl(address[0]);
	__u32 multicast = top >> 16 & 0xff0f;

	return top >> 22 == 0xfe80 >> 6 || multicast == 0xff01 || multicast == 0xff02;
}
