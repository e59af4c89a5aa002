/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The scan over the open files of all processes. It finds sockets that are
 * older than the tracer, and the processes that hold a socket now.
 *
 * A scan runs once or twice. The first run confirms owners that still hold
 * their socket. The second assigns an owner to sockets that have none: of
 * several processes with the socket, the one that started first. A child has
 * the sockets of its parent, if only until it calls execve. Without a socket
 * whose owner the first run had not met when another process had it, there is
 * nothing to assign.
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
 * How often a run met a socket of which it had not met the owner. User space
 * clears it before each run.
 */
volatile __u64 unsettled_files SEC(".data.scan") = 0;

/* Sockets with a file in a network namespace, as its /proc/net/sockstat counts them. */
struct met_sockets {
	__u64 tcp;
	__u64 udp;
};

/*
 * Those that the first scan met. A namespace that has others too is walked, and
 * so is one for which there is no room here.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);	/* inode of the namespace */
	__type(value, struct met_sockets);
} met SEC(".maps");

/* Not static: the verifier checks it once. */
__noinline int count_met(__u32 netns, __u32 is_udp)
{
	struct met_sockets *m = bpf_map_lookup_elem(&met, &netns);

	if (!m) {
		struct met_sockets none = {};

		bpf_map_update_elem(&met, &netns, &none, BPF_NOEXIST);
		m = bpf_map_lookup_elem(&met, &netns);
	}
	if (!m)
		return 0;
	if (is_udp)
		m->udp++;
	else
		m->tcp++;
	return 0;
}

/* Once in a scan for each socket. One of UDP counts for the kernel once it has a port. */
static __always_inline void note_met(struct sock *sk, const struct nettop_status *s)
{
	bool is_udp = sk->sk_protocol == IPPROTO_UDP;

	if (s->scan > 1 || (is_udp ? !sk->__sk_common.skc_num : sk->sk_protocol != IPPROTO_TCP))
		return;
	count_met(sk->__sk_common.skc_net.net->ns.inum, is_udp);
}

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

/* A process with a socket that belongs to another; or the owner, which user space leaves out. */
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
	add_holder(cookie, &younger, s);
}

static __always_inline void confirm(struct tracked *t, struct sock *sk, __u64 cookie,
				    struct task_struct *task, struct nettop_status *s)
{
	bool holds = is_process(&t->owner, task);

	if (t->scan == s->scan) {
		prefer_older(t, cookie, task, s);
		return;
	}
	if (!holds && !s->scan_assigns) {
		unsettled_files++;
		return;
	}
	if (!holds || t->owner_source == NETTOP_OWNER_LISTENER)
		assign_owner(t, cookie, task, NETTOP_OWNER_SCAN);
	else if (changed_since(&t->owner, task))
		assign_owner(t, cookie, task, t->owner_source);
	t->was_found = !holds;
	t->scan = s->scan;
	note_met(sk, s);
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
		if (track_found(sk, cookie, task))
			note_met(sk, s);
		return 0;
	}
	confirm(t, sk, cookie, task, s);
	if (!is_process(&t->owner, task)) {
		struct nettop_owner holder;

		read_process(&holder, task);
		add_holder(cookie, &holder, s);
	}
	return 0;
}
