/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Processes that hold a socket. */
#pragma once

static __always_inline void read_process(struct nettop_owner *owner, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	owner->start_ns = leader->start_boottime;
	owner->pid = task->tgid;
	owner->uid = task->real_cred->uid.val;
	bpf_probe_read_kernel(owner->comm, sizeof(owner->comm), &leader->comm);
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
