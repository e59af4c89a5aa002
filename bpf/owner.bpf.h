/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Processes that hold a socket. */
#pragma once

/* MAX_PID_NS_LEVEL of the kernel. */
#define MOST_PID_LEVELS 32

/* The PID of a process as /proc of user space has it. */
static __always_inline __u32 pid_of(struct task_struct *task)
{
	struct pid *pid;
	__u32 level;

	if (!config.pid_namespace)
		return task->tgid;
	pid = BPF_CORE_READ(task, group_leader, thread_pid);
	level = BPF_CORE_READ(pid, level);
	for (__u32 i = 0; i <= MOST_PID_LEVELS && i <= level; i++) {
		struct upid *number = (void *)pid + bpf_core_field_offset(struct pid, numbers) +
				      i * bpf_core_type_size(struct upid);

		if (BPF_CORE_READ(number, ns, ns.inum) == config.pid_namespace)
			return BPF_CORE_READ(number, nr);
	}
	return task->tgid | NETTOP_PID_ELSEWHERE;
}

static __always_inline void read_process(struct nettop_owner *owner, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	owner->start_ns = leader->start_boottime;
	owner->pid = pid_of(task);
	owner->uid = task->real_cred->uid.val;
	owner->gid = task->real_cred->gid.val;
	owner->exec_id = task->self_exec_id;
	owner->cgroup = task->cgroups->dfl_cgrp->kn->id;
	bpf_probe_read_kernel(owner->comm, sizeof(owner->comm), &leader->comm);
}

static __always_inline bool is_process(const struct nettop_owner *owner, struct task_struct *task)
{
	return owner->start_ns == task->group_leader->start_boottime && owner->pid == pid_of(task);
}

/* Whether some process has, or had, the socket itself, and which is known. */
static __always_inline bool has_owner(const struct tracked *t)
{
	return t->owner_source != NETTOP_OWNER_UNKNOWN &&
	       t->owner_source != NETTOP_OWNER_LISTENER &&
	       t->owner_source != NETTOP_OWNER_KERNEL;
}

/*
 * Whether a process is a child of the owner that executed another program. The
 * kernel closes what such a child inherited and may not keep (O_CLOEXEC): it never
 * used that, even where it is the last to close it.
 */
static __always_inline bool is_executed_child(const struct nettop_owner *owner,
					      struct task_struct *task)
{
	return BPF_CORE_READ(task, real_parent, group_leader, start_boottime) ==
		       owner->start_ns &&
	       (__u32)task->self_exec_id != owner->exec_id;
}

/*
 * Whether the kernel made the socket for itself: no process ever has it, whoever
 * ran at that moment. Subflows of MPTCP are made likewise, but for a process.
 */
static __always_inline bool is_of_kernel(struct sock *sk)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;

	if (BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP &&
	    bpf_core_field_exists(tp->is_mptcp) && BPF_CORE_READ(tp, is_mptcp))
		return false;
	return BPF_CORE_READ_BITFIELD_PROBED(sk, sk_kern_sock);
}

/* What is known of the owner of a socket when nobody has accepted it yet. */
static __always_inline __u8 source_of_child(const struct tracked *listener)
{
	return listener->owner_source == NETTOP_OWNER_KERNEL ? NETTOP_OWNER_KERNEL :
							       NETTOP_OWNER_LISTENER;
}

/*
 * The current process, if it can be the holder of a socket: work that the
 * kernel does for a process on a thread of its own is credited to nobody.
 */
static __always_inline bool read_current(struct nettop_owner *owner)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->flags & PF_KTHREAD)
		return false;
	read_process(owner, task);
	return true;
}

/*
 * Gives a socket its owner where the socket is not locked. It can end in
 * between, and its slot be another socket's: that one then has no owner until
 * it is found, rather than a wrong one.
 */
static __always_inline void give(struct tracked *t, __u64 cookie, struct task_struct *task,
				 __u8 source)
{
	struct nettop_owner owner;

	read_process(&owner, task);
	if (t->cookie != cookie)
		return;
	t->owner = owner;
	t->owner_source = source;
	if (t->cookie != cookie)
		t->owner_source = NETTOP_OWNER_UNKNOWN;
	t->unreported = 1;
}
