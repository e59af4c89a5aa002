/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The flows of UDP: the datagrams between a socket and one remote end, and the
 * pass over them. A flow that moved, or ended, is handed over; one that is
 * silent costs a comparison.
 */
#pragma once

/* IPv4 is ::ffff:a.b.c.d. Without a remote end: what found no room for a flow of its own. */
struct flow_key {
	__u64 cookie;
	__u32 remote[4];	/* network order */
	__u32 port;		/* network order */
	__u32 unused;
};

struct flow {
	struct nettop_flow told;
	__u64 reported;		/* its datagrams, as last reported */
	__u64 active_ns;	/* when a pass last found it moved */
	__u32 pass;		/* that last reported it */
	int slot;		/* of its socket */
};

/*
 * Preallocated: a scan of a million addresses costs no memory. Some entries
 * are kept for what finds no room.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct flow_key);
	__type(value, struct flow);
} flows SEC(".maps");

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

static __always_inline __u8 flow_end(const struct flow_key *key, const struct flow *f,
				     bool moved, __u64 now)
{
	struct tracked *t = slot_at(f->slot);

	if (!t || t->cookie != key->cookie)
		return NETTOP_CLOSE_CLOSED;
	if (!moved && !is_rest(key) && now - f->active_ns > config.flow_timeout_ns)
		return NETTOP_CLOSE_IDLE;
	return NETTOP_CLOSE_UNKNOWN;
}

static long visit_flow(struct bpf_map *map, struct flow_key *key, struct flow *f, __u64 *now)
{
	__u64 datagrams = f->told.packets_sent + f->told.packets_received;
	struct nettop_status *s = status_of();
	bool moved = datagrams != f->reported;
	struct nettop_flow *r;
	__u8 end;
	__u32 i;

	if (!s || f->pass == s->flow_pass)
		return 0;
	end = flow_end(key, f, moved, *now);
	if (!moved && !end)
		return 0;
	i = s->flows_changed;
	r = bpf_map_lookup_elem(&flow_changes, &i);
	if (!r) {
		s->flows_left = 1;
		return 1;
	}
	f->pass = s->flow_pass;
	f->reported = datagrams;
	f->active_ns = *now;
	/* Before its figures are read: nobody finds it any more to add to them. */
	if (end && bpf_map_delete_elem(&flows, key) == 0 && !is_rest(key))
		__sync_fetch_and_add(&s->flows, -1);
	*r = f->told;
	r->close_reason = end;
	s->flows_changed = i + 1;
	return 0;
}

SEC("?syscall")
int pass_flows(void *ctx)
{
	__u64 now = bpf_ktime_get_boot_ns();

	return bpf_for_each_map_elem(&flows, visit_flow, &now, 0);
}
