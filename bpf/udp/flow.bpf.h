/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The flows of UDP: the datagrams between a socket and one remote end. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/status.bpf.h"

#include "record.h"

/* IPv4 is ::ffff:a.b.c.d. Without a remote end: datagrams for which no flow was free. */
struct flow_key {
	__u64 cookie;
	__u32 remote[4];	/* network order */
	__u32 port;		/* network order */
	__u32 interface;	/* of a link-local remote end, else 0 */
};

struct flow {
	struct nettop_flow told;
	__u64 mark;		/* `mark_of` its key; 0: unused */
	__u64 reported;		/* its datagrams, as last reported */
	__u64 active_ns;	/* when a pass last found it moved */
	__u32 pass;		/* that last reported it */
	__u32 users;		/* programs that may be adding to it */
	int slot;		/* of its socket */
	__u8 state;		/* FLOW_* */
	__u8 end;		/* FLOW_ENDING: why */
};

enum {
	FLOW_FREE,
	FLOW_LIVES,
	FLOW_ENDING,		/* its key no longer leads to it */
	FLOW_UNUSED,		/* taken, and not needed */
};

/*
 * The place of the flow of a key. The kernel reuses a deleted element of a hash
 * at once, even if a program still uses it; so flows are elsewhere, and only the
 * pass frees them, when no program adds to them.
 *
 * Preallocated: a scan of a million addresses costs no memory. Some entries
 * are reserved for datagrams that find no room.
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
 * The places that the pass freed, as a queue: entry n % entries is the place to
 * take as number n, plus 1; 0 where none was freed yet, for n itself.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} free_flows SEC(".maps");

static __always_inline bool is_rest(const struct flow_key *key)
{
	return !(key->remote[0] | key->remote[1] | key->remote[2] | key->remote[3] | key->port);
}

/* Distinguishes the flows of a place. One word, so that it is read atomically. */
static __always_inline __u64 mark_of(const struct flow_key *key)
{
	__u64 mark = key->cookie ^ config.secret;

	mark = (mark ^ ((__u64)key->remote[0] << 32 | key->remote[1])) * 0x9e3779b97f4a7c15ULL;
	mark = (mark ^ mark >> 32 ^ ((__u64)key->remote[2] << 32 | key->remote[3])) *
	       0xd6e8feb86659fd93ULL;
	mark = (mark ^ mark >> 32 ^ ((__u64)key->interface << 32 | key->port)) * 0x9e3779b97f4a7c15ULL;
	return mark | 1;
}

static __always_inline struct flow *flow_at(__u32 place)
{
	return bpf_map_lookup_elem(&flows, &place);
}

/* As often as others may come first. */
#define MOST_TRIES 16

/* Takes a free place for a flow; negative if there is none. */
__noinline int take_place(void)
{
	struct nettop_status *s = status_of();

	for (int i = 0; s && i < MOST_TRIES; i++) {
		__u64 number = *(volatile __u64 *)&s->flows_taken;
		__u32 index = number & (config.flow_places - 1);
		__u32 *freed = bpf_map_lookup_elem(&free_flows, &index);

		if (!freed || number >= *(volatile __u64 *)&s->flows_freed + config.flow_places)
			return -1;
		if (__sync_val_compare_and_swap(&s->flows_taken, number, number + 1) != number)
			continue;
		/* The entry is written again only once this place has been freed. */
		number = *(volatile __u32 *)freed;
		return number ? number - 1 : index;
	}
	return -1;
}

/* An address with link scope: fe80::/10, ff01::/16 and ff02::/16. */
static __always_inline bool is_link_local(const __u32 *address)
{
	__u32 top = bpf_ntohl(address[0]);
	__u32 multicast = top >> 16 & 0xff0f;

	return top >> 22 == 0xfe80 >> 6 || multicast == 0xff01 || multicast == 0xff02;
}
