/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The scan over the open files of all processes. It finds sockets that are
 * older than the tracer, and the processes that hold a socket now.
 *
 * A scan runs twice. The first run confirms owners that still hold their
 * socket. The second assigns an owner to sockets that have none: of several
 * processes with the socket, the one that started first. A child has the
 * sockets of its parent, if only until it calls execve.
 */
#pragma once

#include "core/prelude.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"
#include "socket/owner.bpf.h"
#include "socket/process.bpf.h"
#include "tcp/mptcp.bpf.h"
#include "walk/scan.bpf.h"

#include "record.h"

/* The first nettop_status.holders entries are those of the last scan. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct nettop_holder);
} holders SEC(".maps");

/*
 * Whether a process has changed since it became the owner: its program
 * (execve), name, user (setuid) or cgroup.
 */
static __always_inline bool changed_since(const struct nettop_owner *owner,
					  struct task_struct *task)
{
	const __u64 *before = (const __u64 *)owner, *after;
	struct nettop_owner now;

	read_process(&now, task);
	after = (const __u64 *)&now;
	for (__u32 i = 0; i < sizeof(now) / sizeof(__u64); i++)
		if (before[i] != after[i])
			return true;
	return false;
}

/* A process with a socket that belongs to another. Only once the owner is settled. */
static __always_inline void add_holder(__u64 cookie, const struct nettop_owner *owner,
				       struct nettop_status *s)
{
	__u32 i = s->holders++;
	struct nettop_holder *holder = bpf_map_lookup_elem(&holders, &i);

	if (!holder)
		return;
	holder->cookie = cookie;
	holder->owner = *owner;
}

/* The owner that this scan assigned was not the oldest process. */
static __always_inline void prefer_older(struct tracked *t, __u64 cookie,
					 struct task_struct *task, struct nettop_status *s)
{
	struct nettop_owner younger = t->owner;

	if (!t->was_found || task->group_leader->start_boottime >= younger.start_ns)
		return;
	assign_owner(t, cookie, task, NETTOP_OWNER_SCAN);
	if (s->scan_assigns)
		add_holder(cookie, &younger, s);
}

static __always_inline void confirm(struct tracked *t, __u64 cookie, struct task_struct *task,
				    struct nettop_status *s)
{
	bool holds = is_process(&t->owner, task);

	if (t->scan == s->scan) {
		prefer_older(t, cookie, task, s);
		return;
	}
	if (!holds && !s->scan_assigns)
		return;
	if (!holds || t->owner_source == NETTOP_OWNER_LISTENER)
		assign_owner(t, cookie, task, NETTOP_OWNER_SCAN);
	else if (changed_since(&t->owner, task))
		assign_owner(t, cookie, task, t->owner_source);
	t->was_found = !holds;
	t->scan = s->scan;
}

#define MAX_ANCESTORS 256

/*
 * The inode of the initial network namespace: that of the first task, which is
 * an ancestor of every process in every namespace.
 */
static __always_inline __u32 initial_netns(void)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	for (int i = 0; i < MAX_ANCESTORS; i++) {
		if (!BPF_CORE_READ(task, tgid))
			return BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
		task = BPF_CORE_READ(task, real_parent);
	}
	return 0;
}

SEC("iter/task_file")
int scan_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct nettop_status *s = status_of();
	struct socket *socket;
	struct tracked *t;
	struct sock *sk;
	__u64 cookie;

	if (!task || !file || !s)
		return 0;
	s->scanner = bpf_get_current_task_btf()->tgid;
	if (!s->host_netns)
		s->host_netns = initial_netns();
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk || !is_trackable(sk))
		return 0;
	cookie = key_of(sk);
	t = tracked_of(cookie);
	if (!t) {
		track_found(sk, cookie, task);
		return 0;
	}
	confirm(t, cookie, task, s);
	if (s->scan_assigns && !is_process(&t->owner, task)) {
		struct nettop_owner holder;

		read_process(&holder, task);
		add_holder(cookie, &holder, s);
	}
	return 0;
}
