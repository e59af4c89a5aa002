/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Every call that sends or receives payload. */
#include "traffic.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define CHUNK 32768
#define PARTS 4

static char chunk[CHUNK];

/* One call, with at most this many bytes; how many went, or -1. */
typedef ssize_t call(int fd, size_t bytes);

/* A chunk in parts of unlike sizes. */
static int split(struct iovec *parts, size_t bytes)
{
	size_t from = 0;
	int count = 0;

	for (; count < PARTS - 1 && from < bytes; count++) {
		size_t size = (bytes - from) / 3 + 1;

		parts[count] = (struct iovec){ chunk + from, size };
		from += size;
	}
	if (from < bytes)
		parts[count++] = (struct iovec){ chunk + from, bytes - from };
	return count;
}

static ssize_t by_write(int fd, size_t bytes)
{
	return write(fd, chunk, bytes);
}

static ssize_t by_writev(int fd, size_t bytes)
{
	struct iovec parts[PARTS];

	return writev(fd, parts, split(parts, bytes));
}

static ssize_t by_send(int fd, size_t bytes)
{
	return send(fd, chunk, bytes, 0);
}

static ssize_t by_sendmsg(int fd, size_t bytes)
{
	struct iovec parts[PARTS];
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = split(parts, bytes) };

	return sendmsg(fd, &message, 0);
}

static ssize_t by_sendmmsg(int fd, size_t bytes)
{
	struct iovec parts[PARTS];
	struct mmsghdr messages[PARTS] = {};
	int count = split(parts, bytes), sent;
	ssize_t total = 0;

	for (int i = 0; i < count; i++) {
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	sent = sendmmsg(fd, messages, count, 0);
	for (int i = 0; i < sent; i++)
		total += messages[i].msg_len;
	return sent < 0 ? -1 : total;
}

/* Held back until a moment passes or a segment is full. */
static ssize_t by_send_more(int fd, size_t bytes)
{
	return send(fd, chunk, bytes, MSG_MORE);
}

static ssize_t by_zerocopy(int fd, size_t bytes)
{
	struct pollfd pending = { .fd = fd };
	char control[128];
	struct msghdr message = { .msg_control = control, .msg_controllen = sizeof(control) };
	int on = 1;
	ssize_t sent;

	if (setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) < 0)
		return -1;
	sent = send(fd, chunk, bytes, MSG_ZEROCOPY);
	/* The kernel says when it needs the memory no more. */
	if (sent > 0 && poll(&pending, 1, 10000) == 1)
		recvmsg(fd, &message, MSG_ERRQUEUE);
	return sent;
}

static ssize_t by_splice_out(int fd, size_t bytes)
{
	int ends[2];
	ssize_t sent = 0, filled;

	if (pipe(ends) < 0)
		return -1;
	filled = write(ends[1], chunk, bytes);
	while (sent < filled) {
		ssize_t moved = splice(ends[0], NULL, fd, NULL, filled - sent, 0);

		if (moved <= 0)
			break;
		sent += moved;
	}
	close(ends[0]);
	close(ends[1]);
	return sent == filled ? sent : -1;
}

static ssize_t by_read(int fd, size_t bytes)
{
	return read(fd, chunk, bytes);
}

static ssize_t by_readv(int fd, size_t bytes)
{
	struct iovec parts[PARTS];

	return readv(fd, parts, split(parts, bytes));
}

static ssize_t by_recv(int fd, size_t bytes)
{
	return recv(fd, chunk, bytes, 0);
}

static ssize_t by_recvmsg(int fd, size_t bytes)
{
	struct iovec parts[PARTS];
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = split(parts, bytes) };

	return recvmsg(fd, &message, 0);
}

static ssize_t by_recvmmsg(int fd, size_t bytes)
{
	struct iovec parts[PARTS];
	struct mmsghdr messages[PARTS] = {};
	int count = split(parts, bytes), got;
	ssize_t total = 0;

	for (int i = 0; i < count; i++) {
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	got = recvmmsg(fd, messages, count, MSG_WAITFORONE, NULL);
	for (int i = 0; i < got; i++)
		total += messages[i].msg_len;
	return got < 0 ? -1 : total;
}

/* Looks twice before it takes. */
static ssize_t by_peek(int fd, size_t bytes)
{
	recv(fd, chunk, bytes, MSG_PEEK);
	recv(fd, chunk, bytes, MSG_PEEK);
	return recv(fd, chunk, bytes, 0);
}

static ssize_t by_waitall(int fd, size_t bytes)
{
	return recv(fd, chunk, bytes, MSG_WAITALL);
}

/* Throws away what came, which no memory is needed for. */
static ssize_t by_truncate(int fd, size_t bytes)
{
	return recv(fd, NULL, bytes, MSG_TRUNC);
}

static ssize_t by_splice_in(int fd, size_t bytes)
{
	int ends[2];
	ssize_t got, taken = 0;

	if (pipe(ends) < 0)
		return -1;
	got = splice(fd, NULL, ends[1], NULL, bytes, 0);
	while (taken < got)
		taken += read(ends[0], chunk, CHUNK);
	close(ends[0]);
	close(ends[1]);
	return got;
}

static const struct {
	const char *name;
	call *call;
} ways[] = {
	{ "write", by_write },
	{ "writev", by_writev },
	{ "send", by_send },
	{ "sendmsg", by_sendmsg },
	{ "sendmmsg", by_sendmmsg },
	{ "more", by_send_more },
	{ "zerocopy", by_zerocopy },
	{ "splice-out", by_splice_out },
	{ "uring-send", uring_send },
	{ "uring-send-zc", uring_send_zerocopy },
	{ "read", by_read },
	{ "readv", by_readv },
	{ "recv", by_recv },
	{ "recvmsg", by_recvmsg },
	{ "recvmmsg", by_recvmmsg },
	{ "peek", by_peek },
	{ "waitall", by_waitall },
	{ "truncate", by_truncate },
	{ "splice-in", by_splice_in },
	{ "uring-recv", uring_receive },
};

/* by WAY FD BYTES: moves exactly so many, in as many calls as it takes */
void move_by(int count, char **words)
{
	int fd = number(count, words, 2);
	size_t left = number(count, words, 3);
	call *way = NULL;

	for (size_t i = 0; count > 1 && i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(words[1], ways[i].name) == 0)
			way = ways[i].call;
	errno = ENOSYS;
	while (way && left) {
		ssize_t moved = way(fd, left < CHUNK ? left : CHUNK);

		if (moved == 0)
			errno = ENODATA;
		if (moved <= 0)
			break;
		left -= moved;
	}
	if (!way || left)
		answer_errno();
	else
		answer("0");
}

/* relay FROM TO BYTES: from one socket to another, without a copy in the process */
void relay_bytes(int count, char **words)
{
	int from = number(count, words, 1), to = number(count, words, 2), ends[2];
	size_t left = number(count, words, 3);

	if (pipe(ends) < 0) {
		answer_errno();
		return;
	}
	while (left) {
		ssize_t waiting = splice(from, NULL, ends[1], NULL, left, SPLICE_F_MOVE);

		if (waiting <= 0)
			break;
		left -= waiting;
		while (waiting > 0) {
			ssize_t moved = splice(ends[0], NULL, to, NULL, waiting, SPLICE_F_MOVE);

			if (moved <= 0)
				break;
			waiting -= moved;
		}
	}
	close(ends[0]);
	close(ends[1]);
	if (left)
		answer_errno();
	else
		answer("0");
}

/* urgent FD: one byte out of band */
void send_urgent(int count, char **words)
{
	if (send(number(count, words, 1), "!", 1, MSG_OOB) < 0)
		answer_errno();
	else
		answer("1");
}

/* read-urgent FD: the byte that came out of band */
void read_urgent(int count, char **words)
{
	struct pollfd waiting = { .fd = number(count, words, 1), .events = POLLPRI };
	char byte;

	if (poll(&waiting, 1, 10000) != 1 || recv(waiting.fd, &byte, 1, MSG_OOB) < 0)
		answer_errno();
	else
		answer("1");
}
