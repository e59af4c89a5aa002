/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Linux's own, which Swift's Glibc leaves out. */
#pragma once

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/vfs.h>

extern int setns(int fd, int kind);
extern int unshare(int kinds);
#define NETTOP_CLONE_NEWNET 0x40000000

extern int pidfd_open(int pid, unsigned int flags);
extern int pidfd_send_signal(int pidfd, int signal, void *info, unsigned int flags);

/* A cgroup of version 2 by its ID: the file handle of a kernfs node is that number. */
struct nettop_cgroup_handle {
	unsigned int bytes;
	int type;
	unsigned long long id;
};
#define NETTOP_FILEID_KERNFS 0xfe
extern int nettop_open_cgroup(int mount, struct nettop_cgroup_handle *handle, int flags)
	__asm__("open_by_handle_at");
