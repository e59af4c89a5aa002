/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What makes another process the holder of a socket. */
#include "traffic.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_CHILDREN 64

/* The parent's ends of what joins it to its children. */
static struct {
	int commands;
	int sockets;
} children[MOST_CHILDREN];
static int child_count;

/* In a child: where sockets come from. */
static int sockets_from_parent = -1;

/* name NAME */
void set_name(int count, char **words)
{
	prctl(PR_SET_NAME, count > 1 ? words[1] : "");
	answer("%d", getpid());
}

/* fork: CHILD PID. The child holds all sockets of its parent, and has its commands from `tell`. */
void fork_child(int count, char **words)
{
	int commands[2], sockets[2], parent = getpid();
	pid_t pid;

	(void)count, (void)words;
	if (child_count == MOST_CHILDREN ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, commands) < 0 ||
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, sockets) < 0) {
		answer_errno();
		return;
	}
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		dup2(commands[1], STDIN_FILENO);
		dup2(commands[1], STDOUT_FILENO);
		close(commands[0]);
		close(commands[1]);
		close(sockets[0]);
		for (int i = 0; i < child_count; i++) {
			close(children[i].commands);
			close(children[i].sockets);
		}
		child_count = 0;
		sockets_from_parent = sockets[1];
		run_commands();
		_exit(0);
	}
	close(commands[1]);
	close(sockets[1]);
	children[child_count].commands = commands[0];
	children[child_count].sockets = sockets[0];
	if (pid < 0)
		answer_errno();
	else
		answer("%d %d", child_count++, pid);
}

/* tell CHILD COMMAND…: the answer is the child's */
void tell_child(int count, char **words)
{
	int child = number(count, words, 1);
	char line[512] = "";
	size_t length = 0;

	if (child < 0 || child >= child_count) {
		errno = ESRCH;
		answer_errno();
		return;
	}
	for (int i = 2; i < count; i++) {
		strcat(line, words[i]);
		strcat(line, i + 1 < count ? " " : "\n");
	}
	if (write(children[child].commands, line, strlen(line)) < 0) {
		answer_errno();
		return;
	}
	while (length < sizeof(line) - 1 && read(children[child].commands, line + length, 1) == 1)
		if (line[length++] == '\n')
			break;
	line[length] = 0;
	/* A child that left says nothing more. */
	printf("%s", length ? line : "error ESRCH\n");
	fflush(stdout);
}

/* give CHILD FD: by SCM_RIGHTS; the child must `take` it */
void give_socket(int count, char **words)
{
	int child = number(count, words, 1), fd = number(count, words, 2);
	char byte = 0, control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec data = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (child < 0 || child >= child_count ||
	    sendmsg(children[child].sockets, &message, 0) < 0)
		answer_errno();
	else
		answer("%d", fd);
}

/* take: FD COOKIE of what the parent gave */
void take_socket(int count, char **words)
{
	int fd = -1;
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec data = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};

	(void)count, (void)words;
	if (recvmsg(sockets_from_parent, &message, 0) < 0 || !CMSG_FIRSTHDR(&message)) {
		answer_errno();
		return;
	}
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	answer("%d %llu", fd, cookie_of(fd));
}

/* cloexec FD: no program that is executed has it */
void close_on_exec(int count, char **words)
{
	if (fcntl(number(count, words, 1), F_SETFD, FD_CLOEXEC) < 0)
		answer_errno();
	else
		answer("0");
}

/* exec: this program from its start, in the same process and with its sockets. Answers the PID. */
void execute(int count, char **words)
{
	(void)count, (void)words;
	execl("/proc/self/exe", "executed", "-", NULL);
	answer_errno();
}

/* quit: leaves with all its sockets open; no answer */
void quit_now(int count, char **words)
{
	(void)count, (void)words;
	_exit(0);
}

/* unshare: into a network namespace of its own, with loopback up */
void new_namespace(int count, char **words)
{
	struct ifreq loopback = { .ifr_name = "lo" };
	int fd, result;

	(void)count, (void)words;
	result = unshare(CLONE_NEWNET);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (result == 0 && (result = ioctl(fd, SIOCGIFFLAGS, &loopback)) == 0) {
		loopback.ifr_flags |= IFF_UP;
		result = ioctl(fd, SIOCSIFFLAGS, &loopback);
	}
	if (result < 0)
		answer_errno();
	else
		answer("%d", getpid());
	close(fd);
}
