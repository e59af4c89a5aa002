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

/*
 * Connections that the peer or a timer ended before any process was seen with
 * them. The process that closes the socket is the owner.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << LAST_ENDS_BITS);
	__type(key, __u32);
	__type(value, __u64);
} awaiting_close SEC(".maps");

static __always_inline void await_close(__u64 cookie)
{
	__u32 index = end_index(cookie);
	__u64 *entry = bpf_map_lookup_elem(&awaiting_close, &index);

	if (entry)
		*entry = cookie;
}

/* Whether the closer of this socket is still unknown. True once. */
static __always_inline bool take_awaiting_close(__u64 cookie)
{
	__u32 index = end_index(cookie);
	__u64 *entry = bpf_map_lookup_elem(&awaiting_close, &index);

	if (!entry || !cookie || *entry != cookie)
		return false;
	*entry = 0;
	return true;
}

/*
 * Whether the current process closes a socket that it holds. User space's own
 * scan holds every file for a moment, and drops the last reference if the file
 * was closed meanwhile.
 */
static __always_inline bool is_closer(struct task_struct *task)
{
	struct nettop_status *s = status_of();

	return s && s->scanner != task->tgid && !(task->flags & PF_KTHREAD);
}

/*
 * The current process shuts the connection down, so it certainly holds it. It
 * becomes the owner even if another process accepted the connection or was
 * found with it: that process has passed it on, as a server does to its child.
 * A process that connected remains the owner: it shares its own connection with
 * its children.
 *
 * Not static: the verifier checks it once.
 */
__noinline int note_closer(struct tracked *t)
{
	struct task_struct *task;

	/* The kernel closes subflows. */
	if (!t || t->kind == KIND_SUBFLOW)
		return 0;
	switch (t->owner_source) {
	case NETTOP_OWNER_UNKNOWN:
	case NETTOP_OWNER_LISTENER:
		task = bpf_get_current_task_btf();
		if (!is_closer(task))
			return 0;
		break;
	case NETTOP_OWNER_ACCEPT:
	case NETTOP_OWNER_SCAN:
		task = bpf_get_current_task_btf();
		if (is_process(&t->owner, task) || !is_closer(task) ||
		    is_executed_child(&t->owner, task))
			return 0;
		break;
	default:
		return 0;
	}
	read_current(&t->owner);
	t->owner_source = NETTOP_OWNER_CLOSE;
	t->unreported = 1;
	return 0;
}
