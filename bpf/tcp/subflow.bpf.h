/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What subflows inherit from their parent, and the parent from them. */
#pragma once

#include "core/order.bpf.h"
#include "core/prelude.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"

#include "record.h"

/* The kernel allows 8 subflows. The verifier needs a bound. */
#define MAX_SUBFLOWS 8

static __always_inline bool same_owner(const struct tracked *a, const struct tracked *b)
{
	const __u64 *one = (const __u64 *)&a->owner, *other = (const __u64 *)&b->owner;

	for (__u32 i = 0; i < sizeof(a->owner) / sizeof(__u64); i++)
		if (one[i] != other[i])
			return false;
	return a->owner_source == b->owner_source;
}

/* Gives a subflow the current owner of its parent. */
static __always_inline void inherit(struct tracked *t, const struct tracked *parent, __u64 key)
{
	if (!parent->owner_source || parent->cookie != key || same_owner(t, parent))
		return;
	t->owner = parent->owner;
	t->owner_source = parent->owner_source;
	full_barrier();
	/* The slot of the parent has been reused. */
	if (parent->cookie != key)
		t->owner_source = NETTOP_OWNER_UNKNOWN;
	t->unreported = 1;
}

/*
 * Not static, like the functions below: the verifier checks them once, and does
 * not follow each of their outcomes through what comes after the call.
 */
__noinline int inherit_from_parent(struct tracked *t)
{
	const struct tracked *parent;

	if (!t)
		return 0;
	parent = tracked_of(t->parent);
	if (parent)
		inherit(t, parent, t->parent);
	return 0;
}

/*
 * A parent that ends before its subflows passes its owner on to them. `socket`
 * is the address of the parent.
 */
__noinline int hand_down_owner(__u64 socket, const struct tracked *parent)
{
	struct mptcp_sock *msk = (struct mptcp_sock *)socket;
	struct list_head *node;
	__u64 key;

	if (!parent || !bpf_core_type_exists(struct mptcp_sock))
		return 0;
	key = parent->cookie;
	node = BPF_CORE_READ(msk, conn_list.next);
	for (int i = 0; i < MAX_SUBFLOWS && node && node != &msk->conn_list; i++) {
		struct mptcp_subflow_context *context =
			(void *)node - bpf_core_field_offset(struct mptcp_subflow_context, node);
		struct sock *subflow = BPF_CORE_READ(context, tcp_sock);
		struct tracked *t =
			tracked_of(BPF_CORE_READ(subflow, __sk_common.skc_cookie.counter));

		if (t && t->kind == KIND_SUBFLOW && t->parent == key)
			inherit(t, parent, key);
		node = BPF_CORE_READ(node, next);
	}
	return 0;
}

/* A parent, which has this key, does not see the error that ended it until later. */
__noinline int pass_error_to_parent(__u64 key, __u16 error)
{
	struct tracked *parent = tracked_of(key);

	if (parent)
		parent->error = error;
	return 0;
}
