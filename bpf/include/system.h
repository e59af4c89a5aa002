/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Parts of Linux that Swift's Glibc leaves out. */
#pragma once

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/sock_diag.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

extern int setns(int fd, int kind);
extern int unshare(int kinds);
#define NETTOP_CLONE_NEWNET 0x40000000
#define NETTOP_SO_MEMINFO 55
#define NETTOP_CLONE_NEWNS 0x00020000

/*
 * A private mount of a file system that no path leads to and that ends with its
 * descriptor; -1 if the kernel refuses. Since Linux 5.2.
 */
static inline int nettop_mount(const char *type)
{
	const unsigned int close_on_exec = 1, create = 6;
	int root = -1, context = syscall(SYS_fsopen, type, close_on_exec);

	if (context < 0)
		return -1;
	if (syscall(SYS_fsconfig, context, create, 0, 0, 0) == 0)
		root = syscall(SYS_fsmount, context, close_on_exec, 0);
	close(context);
	return root;
}

extern int pidfd_open(int pid, unsigned int flags);
extern int pidfd_send_signal(int pidfd, int signal, void *info, unsigned int flags);

/*
 * Identifies a cgroup v2 by its ID, which is the file handle of its kernfs
 * node.
 */
struct nettop_cgroup_handle {
	unsigned int bytes;
	int type;
	unsigned long long id;
};
#define NETTOP_FILEID_KERNFS 0xfe
extern int nettop_open_cgroup(int mount, struct nettop_cgroup_handle *handle, int flags)
	__asm__("open_by_handle_at");

/*
 * An event that stands for a tracepoint on all CPUs, so that BPF programs can be
 * attached to it; -1 if the kernel refuses.
 */
static inline int nettop_open_tracepoint(unsigned long long id)
{
	struct perf_event_attr tracepoint = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(tracepoint),
		.config = id,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.wakeup_events = 1,
	};

	return syscall(SYS_perf_event_open, &tracepoint, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
}
