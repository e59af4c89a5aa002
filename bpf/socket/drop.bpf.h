/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Packets of followed sockets that the kernel dropped, by reason. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"

#include "record.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct nettop_drop);
	__type(value, __u64);
} drops SEC(".maps");

static __always_inline bool add_drop(const struct nettop_drop *key)
{
	__u64 *count = bpf_map_lookup_elem(&drops, key);
	__u64 zero = 0;

	if (!count) {
		bpf_map_update_elem(&drops, key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&drops, key);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	return count;
}

/*
 * Not a drop: packets that were still queued when the socket closed, such as
 * the FIN of the peer.
 */
static __always_inline bool is_purge(__u32 reason)
{
	return bpf_core_enum_value_exists(enum skb_drop_reason, SKB_DROP_REASON_QUEUE_PURGE) &&
	       reason == bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_QUEUE_PURGE);
}

/*
 * Runs when the kernel drops a packet, not when it has consumed one. An
 * outgoing packet has its socket; the socket of an incoming one is known since
 * Linux 6.11.
 */
SEC("?tp_btf/kfree_skb")
int packet_dropped(__u64 *ctx)
{
	struct nettop_drop key = { .reason = ctx[2] };
	struct nettop_status *s;
	struct sock *sk = 0;
	struct tracked *t;

	if (is_purge(key.reason))
		return 0;
	s = status_of();
	if (!s)
		return 0;
	if (config.features & NETTOP_FEATURE_DROP_SOCKET)
		sk = (struct sock *)argument(ctx, 3);
	if (!sk)
		sk = BPF_CORE_READ((struct sk_buff *)argument(ctx, 0), sk);
	if (!sk) {
		__sync_fetch_and_add(&s->drops_without_socket, 1);
		return 0;
	}
	key.cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	t = tracked_of(key.cookie);
	if (!t)
		return 0;
	if (!add_drop(&key)) {
		__sync_fetch_and_add(&s->drops_full, 1);
		return 0;
	}
	/*
	 * The addition is ordered before the flag: a pass that clears the flag
	 * finds the drop counted.
	 */
	if (__sync_fetch_and_add(&s->drops_counted, 1) + 1)
		t->unreported = 1;
	return 0;
}
