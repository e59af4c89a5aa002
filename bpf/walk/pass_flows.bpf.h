/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The pass over UDP flows. It reports flows that changed or ended. An idle flow
 * costs a comparison.
 */
#pragma once

#include "core/order.bpf.h"
#include "core/prelude.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "udp/flow.bpf.h"

#include "record.h"

/* The first nettop_status.flows_changed flows are those of the last round. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct nettop_flow);
} flow_changes SEC(".maps");

/* Called only by the pass. */
static __always_inline void free_place(struct nettop_status *s, __u32 place, struct flow *f)
{
	__u32 index = s->flows_freed & (config.flow_places - 1);
	__u32 *freed = bpf_map_lookup_elem(&free_flows, &index);

	if (!freed)
		return;
	f->state = FLOW_FREE;
	*freed = place + 1;
	/* An atomic operation whose result is used is a full barrier. */
	if (__sync_fetch_and_add(&s->flows_freed, 1) + 1)
		return;
}

/*
 * Whether the socket of a flow is followed. The socket can get its slot after
 * the flow began.
 */
static __always_inline bool has_socket(struct flow *f)
{
	struct tracked *t = slot_at(f->slot);

	if (t && t->cookie == f->record.cookie)
		return true;
	f->slot = find(f->record.cookie);
	t = slot_at(f->slot);
	if (!t)
		return false;
	t->has_record = 1;
	return true;
}

static __always_inline __u8 flow_end(struct flow *f, bool overflow, bool active, __u64 now)
{
	if (!has_socket(f))
		return NETTOP_CLOSE_CLOSED;
	if (!active && !overflow && now - f->active_ns > config.flow_timeout_ns)
		return NETTOP_CLOSE_IDLE;
	return NETTOP_CLOSE_UNKNOWN;
}

static __always_inline void read_key(struct flow_key *key, const struct nettop_flow *record)
{
	key->cookie = record->cookie;
	__builtin_memcpy(key->remote, record->remote_address, sizeof(key->remote));
	key->port = bpf_htons(record->remote_port);
	key->interface = is_link_local(key->remote) ? record->interface : 0;
}

/*
 * Visits one flow. A flow that ends is removed from its key first, so that
 * further datagrams start another flow, and then from its place. Programs that
 * found it before can still add to it, so it is reported once none is left.
 */
static long visit_flow(struct bpf_map *map, __u32 *place, struct flow *f, __u64 *now)
{
	struct nettop_status *s = status_of();
	struct nettop_flow *r;
	struct flow_key key;
	__u64 datagrams;
	__u32 i, users;
	bool active;
	__u8 state;

	/* No place from here on has ever been taken. */
	if (!s || *place >= s->flows_taken)
		return 1;
	state = *(volatile __u8 *)&f->state;
	/* The rest of a flow was stored before its state. */
	f = (void *)f + zero_after(state);
	if (state == FLOW_UNUSED) {
		free_place(s, *place, f);
		return 0;
	}
	if (state == FLOW_FREE || f->pass == s->flow_pass)
		return 0;
	i = s->flows_changed;
	r = bpf_map_lookup_elem(&flow_changes, &i);
	if (!r) {
		s->flows_left = 1;
		return 1;
	}
	datagrams = f->record.packets_sent + f->record.packets_received;
	active = datagrams != f->reported;
	read_key(&key, &f->record);
	if (state == FLOW_LIVE) {
		f->end = flow_end(f, is_overflow(&key), active, *now);
		if (!active && !f->end && !s->reports_all)
			return 0;
		if (f->end) {
			bpf_map_delete_elem(&flow_places, &key);
			__sync_lock_test_and_set(&f->tag, 0);
			f->state = state = FLOW_ENDING;
		}
	}
	f->pass = s->flow_pass;
	if (state == FLOW_ENDING) {
		users = *(volatile __u32 *)&f->users;
		/* The last one to leave has added its datagram before. */
		f = (void *)f + zero_after(users);
		if (users)
			return 0;
	}
	f->reported = datagrams;
	if (active)
		f->active_ns = *now;
	*r = f->record;
	r->close_reason = f->end;
	s->flows_changed = i + 1;
	if (state == FLOW_ENDING) {
		free_place(s, *place, f);
		if (!is_overflow(&key))
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
