/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The process that closes a connection. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/ends.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/process.bpf.h"
#include "tcp/mptcp.bpf.h"

#include "record.h"

/* Ended by the peer or a timer, without a process seen with it: who closes it had it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << LAST_ENDS_BITS);
	__type(key, __u32);
	__type(value, __u64);
} unclosed_ends SEC(".maps");

static __always_inline void note_unclosed(__u64 cookie)
{
	__u32 place = place_of_end(cookie);
	__u64 *unclosed = bpf_map_lookup_elem(&unclosed_ends, &place);

	if (unclosed)
		*unclosed = cookie;
}

/* Whether the process that closes a socket is still to be told. Only once. */
static __always_inline bool take_unclosed(__u64 cookie)
{
	__u32 place = place_of_end(cookie);
	__u64 *unclosed = bpf_map_lookup_elem(&unclosed_ends, &place);

	if (!unclosed || !cookie || *unclosed != cookie)
		return false;
	*unclosed = 0;
	return true;
}

/*
 * Whether the current process closes a socket as one that has it. Who scans holds
 * each file for a moment, and closes what was closed meanwhile.
 */
static __always_inline bool is_closer(struct task_struct *task)
{
	struct nettop_status *s = status_of();

	return s && s->scanner != task->tgid && !(task->flags & PF_KTHREAD);
}

/*
 * The process shuts the connection down: one that certainly holds it. It is the
 * owner from now on, also where another one accepted the connection or was found
 * with it: that one has passed it on, as a server does to a child. Who connected
 * stays the owner: what it shares with its children is its own.
 */
static __always_inline void closing(struct sock *sk)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct tracked *t = slot_at(find(key_of(sk)));

	/* What happens to a subflow is the kernel's doing. */
	if (!t || t->kind == KIND_SUBFLOW || !is_closer(task))
		return;
	switch (t->owner_source) {
	case NETTOP_OWNER_UNKNOWN:
	case NETTOP_OWNER_LISTENER:
		break;
	case NETTOP_OWNER_ACCEPT:
	case NETTOP_OWNER_SCAN:
		if (is_process(&t->owner, task) || is_executed_child(&t->owner, task))
			return;
		break;
	default:
		return;
	}
	read_process(&t->owner, task);
	t->owner_source = NETTOP_OWNER_CLOSE;
	t->unreported = 1;
}
