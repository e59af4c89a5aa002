/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The flows of UDP: the datagrams between a socket and one remote end, and the
 * pass over them. A flow that changed or ended is handed over; an idle flow
 * costs a comparison.
 */
#pragma once

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

/* What the last round found changed: the first nettop_status.flows_changed. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct nettop_flow);
} flow_changes SEC(".maps");

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

/* Called by the pass only. */
static __always_inline void free_place(struct nettop_status *s, __u32 place, struct flow *f)
{
	__u32 index = s->flows_freed & (config.flow_places - 1);
	__u32 *freed = bpf_map_lookup_elem(&free_flows, &index);

	if (!freed)
		return;
	f->state = FLOW_FREE;
	*freed = place + 1;
	/* An addition whose result is used is ordered after what comes before. */
	if (__sync_fetch_and_add(&s->flows_freed, 1) + 1)
		return;
}

/* The socket of a flow, which a place of the table of sockets can have come to only later. */
static __always_inline bool has_socket(struct flow *f)
{
	struct tracked *t = slot_at(f->slot);

	if (t && t->cookie == f->told.cookie)
		return true;
	f->slot = find(f->told.cookie);
	t = slot_at(f->slot);
	if (!t)
		return false;
	t->has_record = 1;
	return true;
}

static __always_inline __u8 flow_end(struct flow *f, bool is_rest, bool moved, __u64 now)
{
	if (!has_socket(f))
		return NETTOP_CLOSE_CLOSED;
	if (!moved && !is_rest && now - f->active_ns > config.flow_timeout_ns)
		return NETTOP_CLOSE_IDLE;
	return NETTOP_CLOSE_UNKNOWN;
}

/* An address with link scope: fe80::/10, ff01::/16 and ff02::/16. */
static __always_inline bool is_link_local(const __u32 *address)
{
	__u32 top = bpf_ntohl(address[0]);
	__u32 multicast = top >> 16 & 0xff0f;

	return top >> 22 == 0xfe80 >> 6 || multicast == 0xff01 || multicast == 0xff02;
}

static __always_inline void read_key(struct flow_key *key, const struct nettop_flow *told)
{
	key->cookie = told->cookie;
	__builtin_memcpy(key->remote, told->remote_address, sizeof(key->remote));
	key->port = bpf_htons(told->remote_port);
	key->interface = is_link_local(key->remote) ? told->interface : 0;
}

/*
 * One flow of the pass. A flow that ends is first removed from its key, so that
 * further datagrams start another flow, and then from its place. A program that
 * found it before may still add to it: it is handed over once none does.
 */
static long visit_flow(struct bpf_map *map, __u32 *place, struct flow *f, __u64 *now)
{
	struct nettop_status *s = status_of();
	struct nettop_flow *r;
	struct flow_key key;
	__u64 datagrams;
	bool moved;
	__u32 i;

	/* No place from here on was ever taken. */
	if (!s || *place >= s->flows_taken)
		return 1;
	if (f->state == FLOW_UNUSED)
		free_place(s, *place, f);
	if (f->state == FLOW_FREE || f->pass == s->flow_pass)
		return 0;
	i = s->flows_changed;
	r = bpf_map_lookup_elem(&flow_changes, &i);
	if (!r) {
		s->flows_left = 1;
		return 1;
	}
	datagrams = f->told.packets_sent + f->told.packets_received;
	moved = datagrams != f->reported;
	read_key(&key, &f->told);
	if (f->state == FLOW_LIVES) {
		f->end = flow_end(f, is_rest(&key), moved, *now);
		if (!moved && !f->end)
			return 0;
		if (f->end) {
			bpf_map_delete_elem(&flow_places, &key);
			__sync_lock_test_and_set(&f->mark, 0);
			f->state = FLOW_ENDING;
		}
	}
	f->pass = s->flow_pass;
	if (f->state == FLOW_ENDING && *(volatile __u32 *)&f->users)
		return 0;
	f->reported = datagrams;
	f->active_ns = *now;
	*r = f->told;
	r->close_reason = f->end;
	s->flows_changed = i + 1;
	if (f->state == FLOW_ENDING) {
		free_place(s, *place, f);
		if (!is_rest(&key))
			__sync_fetch_and_add(&s->flows, -1);
	}
	return 0;
}

SEC("?syscall")
int pass_flows(void *ctx)
{
	__u64 now = bpf_ktime_get_boot_ns();

	return bpf_for_each_map_elem(&flows, visit_flow, &now, 0);
}
