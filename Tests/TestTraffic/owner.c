/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What makes it hard to find the owner of a socket. */
#include "traffic.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* become WORD: as `exec`, with another command line. Answers the PID. */
void become(int count, char **words)
{
	execl("/proc/self/exe", count > 1 ? words[1] : "", "-", NULL);
	answer_errno();
}

/* user UID GID: of the whole process */
void become_user(int count, char **words)
{
	long uid = number(count, words, 1), gid = number(count, words, 2);

	if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
		answer_errno();
	else
		answer("%d", getpid());
}

/* cgroup PATH: moves itself there */
void enter_cgroup(int count, char **words)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/cgroup.procs", count > 1 ? words[1] : "");
	file = fopen(path, "w");
	if (!file || fprintf(file, "%d\n", getpid()) < 0 || fclose(file) < 0)
		answer_errno();
	else
		answer("%d", getpid());
}

/* copy PID FD: FD COOKIE of another process's socket, here */
void copy_socket(int count, char **words)
{
	int process = syscall(SYS_pidfd_open, number(count, words, 1), 0);
	int fd = syscall(SYS_pidfd_getfd, process, number(count, words, 2), 0);

	if (fd < 0)
		answer_errno();
	else
		answer("%d %llu", fd, cookie_of(fd));
	close(process);
}

/* reap PID: waits until a child has left */
void reap_child(int count, char **words)
{
	if (waitpid(number(count, words, 1), NULL, 0) < 0)
		answer_errno();
	else
		answer("0");
}

/* fork-as PID NAME: a child with this PID, which holds all sockets and waits. Answers its PID. */
void fork_as(int count, char **words)
{
	pid_t wanted = number(count, words, 1), parent = getpid();
	struct clone_args arguments = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&wanted,
		.set_tid_size = 1,
	};
	pid_t pid = syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, count > 2 ? words[2] : "again");
		if (getppid() != parent)
			_exit(1);
		for (;;)
			pause();
	}
	if (pid < 0)
		answer_errno();
	else
		answer("%d", pid);
}

/* fast HOST PORT BYTES: FD COOKIE of a connection whose first bytes are in its SYN */
void connect_fast(int count, char **words)
{
	struct sockaddr_storage address = {};
	size_t bytes = number(count, words, 3);
	char data[1024] = {};
	int fd = -1;

	if (count > 3 && bytes <= sizeof(data) && parse_address(words + 1, &address) == 0)
		fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, data, bytes, MSG_FASTOPEN, (struct sockaddr *)&address,
			     sizeof(address)) < 0)
		answer_errno();
	else
		answer("%d %llu", fd, cookie_of(fd));
}

/*
 * A ring for one request. The kernel runs it on a thread: its own of the rings
 * that it polls, else one of the workers that it makes for this process.
 */
static int run_in_ring(struct io_uring_sqe *request, int polled)
{
	struct io_uring_params setup = { .flags = polled ? IORING_SETUP_SQPOLL : 0,
					 .sq_thread_idle = 1000 };
	int ring = syscall(SYS_io_uring_setup, 1, &setup), result = -1;
	size_t size = setup.cq_off.cqes + setup.cq_entries * sizeof(struct io_uring_cqe);
	size_t least = setup.sq_off.array + setup.sq_entries * sizeof(__u32);
	struct io_uring_sqe *entries;
	struct io_uring_cqe *done;
	char *shared;

	if (ring < 0)
		return -1;
	size = size < least ? least : size;
	shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
		      IORING_OFF_SQ_RING);
	entries = mmap(NULL, setup.sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	if (shared == MAP_FAILED || entries == MAP_FAILED)
		goto out;
	entries[0] = *request;
	entries[0].flags = polled ? 0 : IOSQE_ASYNC;
	*(__u32 *)(shared + setup.sq_off.array) = 0;
	__atomic_store_n((__u32 *)(shared + setup.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1,
		    IORING_ENTER_GETEVENTS | (polled ? IORING_ENTER_SQ_WAKEUP : 0), NULL, 0) < 0)
		goto out;
	done = (struct io_uring_cqe *)(shared + setup.cq_off.cqes);
	result = done->res;
	if (result < 0) {
		errno = -result;
		result = -1;
	}
out:
	close(ring);
	return result;
}

static int is_polled(int count, char **words, int index)
{
	return index < count && !strcmp(words[index], "polled");
}

/* ring-connect FD HOST PORT [polled] */
void ring_connect(int count, char **words)
{
	struct sockaddr_storage address = {};
	struct io_uring_sqe request = {
		.opcode = IORING_OP_CONNECT,
		.fd = number(count, words, 1),
		.addr = (uintptr_t)&address,
		.off = sizeof(address),
	};

	if (count < 4 || parse_address(words + 2, &address) < 0 ||
	    run_in_ring(&request, is_polled(count, words, 4)) < 0)
		answer_errno();
	else
		answer("0");
}

/* ring-accept FD [polled]: FD COOKIE */
void ring_accept(int count, char **words)
{
	struct io_uring_sqe request = {
		.opcode = IORING_OP_ACCEPT,
		.fd = number(count, words, 1),
		.accept_flags = SOCK_CLOEXEC,
	};
	int fd = run_in_ring(&request, is_polled(count, words, 2));

	if (fd < 0)
		answer_errno();
	else
		answer("%d %llu", fd, cookie_of(fd));
}
