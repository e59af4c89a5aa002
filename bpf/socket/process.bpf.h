/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Processes, as the kernel identifies them. */
#pragma once

#include "core/field.bpf.h"
#include "core/prelude.bpf.h"
#include "core/status.bpf.h"

#include "record.h"

/* MAX_PID_NS_LEVEL of the kernel. */
#define MAX_PID_LEVELS 32

/* The PID of a process in the PID namespace of user space's /proc. */
static __always_inline __u32 pid_of(struct task_struct *task)
{
	struct pid *pid;
	__u32 level;

	if (!config.pid_namespace)
		return task->tgid;
	pid = BPF_CORE_READ(task, group_leader, thread_pid);
	level = BPF_CORE_READ(pid, level);
	for (__u32 i = 0; i <= MAX_PID_LEVELS && i <= level; i++) {
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
	const struct cred *cred = task->real_cred;

	owner->start_ns = leader->start_boottime;
	owner->pid = pid_of(task);
	owner->uid = cred->uid.val;
	owner->gid = cred->gid.val;
	owner->exec_id = task->self_exec_id;
	owner->cgroup = task->cgroups->dfl_cgrp->kn->id;
	copy_16(owner->comm, leader->comm);
}

static __always_inline bool is_process(const struct nettop_owner *owner, struct task_struct *task)
{
	return owner->start_ns == task->group_leader->start_boottime && owner->pid == pid_of(task);
}

/*
 * Whether a process is a child of the owner that has called execve. The kernel
 * closes the child's copies of descriptors with O_CLOEXEC. The child never used
 * these sockets, even if it is the last to close them.
 */
static __always_inline bool is_executed_child(const struct nettop_owner *owner,
					      struct task_struct *task)
{
	return BPF_CORE_READ(task, real_parent, group_leader, start_boottime) ==
		       owner->start_ns &&
	       (__u32)task->self_exec_id != owner->exec_id;
}

/*
 * The current process, if it can hold sockets. A kernel thread that works on
 * behalf of a process cannot: its work is credited to nobody.
 *
 * Not static: the verifier checks it once.
 */
__noinline int read_current(struct nettop_owner *owner)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (!owner || task->flags & PF_KTHREAD)
		return false;
	read_process(owner, task);
	return true;
}
