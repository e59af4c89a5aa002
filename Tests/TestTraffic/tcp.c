/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What a process does with one socket. Sockets are named by their file descriptor. */
#include "traffic.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK 65536

unsigned long long cookie_of(int fd)
{
	unsigned long long cookie = 0;
	socklen_t size = sizeof(cookie);

	getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size);
	return cookie;
}

int parse_address(char **words, struct sockaddr_storage *address)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *found;

	if (getaddrinfo(words[0], words[1], &hints, &found) != 0) {
		errno = EINVAL;
		return -1;
	}
	memcpy(address, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return 0;
}

int send_all(int fd, size_t bytes)
{
	static char chunk[CHUNK];

	while (bytes) {
		ssize_t sent = send(fd, chunk, bytes < CHUNK ? bytes : CHUNK, 0);

		if (sent < 0)
			return -1;
		bytes -= sent;
	}
	return 0;
}

int read_all(int fd, size_t bytes)
{
	static char chunk[CHUNK];

	while (bytes) {
		ssize_t got = recv(fd, chunk, bytes < CHUNK ? bytes : CHUNK, 0);

		if (got == 0)
			errno = ENODATA;
		if (got <= 0)
			return -1;
		bytes -= got;
	}
	return 0;
}

static void done(int result)
{
	if (result < 0)
		answer_errno();
	else
		answer("%d", result);
}

/* socket 4|6: FD COOKIE */
void make_socket(int count, char **words)
{
	int family = number(count, words, 1) == 6 ? AF_INET6 : AF_INET;
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0)
		answer_errno();
	else
		answer("%d %llu", fd, cookie_of(fd));
}

/* bind FD HOST PORT */
void bind_socket(int count, char **words)
{
	struct sockaddr_storage address = {};
	int on = 1, fd = number(count, words, 1);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	done(count < 4 || parse_address(words + 2, &address) < 0 ?
		     -1 : bind(fd, (struct sockaddr *)&address, sizeof(address)));
}

/* listen HOST PORT BACKLOG [shared]: FD COOKIE */
void listen_at(int count, char **words)
{
	struct sockaddr_storage address = {};
	int on = 1, fd;

	if (count < 4 || parse_address(words + 1, &address) < 0) {
		answer_errno();
		return;
	}
	fd = socket(address.ss_family, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (count > 4)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, number(count, words, 3)) < 0)
		answer_errno();
	else
		answer("%d %llu", fd, cookie_of(fd));
}

/* device FD NAME: uses no other device */
void bind_to_device(int count, char **words)
{
	done(count < 3 ? -1 : setsockopt(number(count, words, 1), SOL_SOCKET, SO_BINDTODEVICE,
					 words[2], strlen(words[2])));
}

/* connect FD HOST PORT */
void connect_to(int count, char **words)
{
	struct sockaddr_storage address = {};

	done(count < 4 || parse_address(words + 2, &address) < 0 ?
		     -1 : connect(number(count, words, 1), (struct sockaddr *)&address,
				  sizeof(address)));
}

/* begin FD HOST PORT: does not wait for the peer. */
void begin_connect(int count, char **words)
{
	struct sockaddr_storage address = {};
	int fd = number(count, words, 1), result = -1;

	if (count > 3 && parse_address(words + 2, &address) == 0) {
		fcntl(fd, F_SETFL, O_NONBLOCK);
		result = connect(fd, (struct sockaddr *)&address, sizeof(address));
		if (result < 0 && errno == EINPROGRESS)
			result = 0;
		fcntl(fd, F_SETFL, 0);
	}
	done(result);
}

/* await FD: how the connection that was begun came out. */
void await_connect(int count, char **words)
{
	struct pollfd poll_fd = { .fd = number(count, words, 1), .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof(error);

	poll(&poll_fd, 1, -1);
	getsockopt(poll_fd.fd, SOL_SOCKET, SO_ERROR, &error, &size);
	errno = error;
	done(error ? -1 : 0);
}

/* accept FD: FD COOKIE */
void accept_one(int count, char **words)
{
	int fd = accept(number(count, words, 1), NULL, NULL);

	if (fd < 0)
		answer_errno();
	else
		answer("%d %llu", fd, cookie_of(fd));
}

/* write FD BYTES */
void write_bytes(int count, char **words)
{
	done(send_all(number(count, words, 1), number(count, words, 2)));
}

/* sendfile FD BYTES */
void sendfile_bytes(int count, char **words)
{
	int fd = number(count, words, 1), file = memfd_create("payload", MFD_CLOEXEC), result = 0;
	long left = number(count, words, 2);
	off_t from = 0;

	if (file < 0 || ftruncate(file, left) < 0)
		result = -1;
	while (left > 0 && result == 0) {
		ssize_t sent = sendfile(fd, file, &from, left);

		if (sent <= 0)
			result = -1;
		else
			left -= sent;
	}
	done(result);
	close(file);
}

/* read FD BYTES: exactly so many */
void read_bytes(int count, char **words)
{
	done(read_all(number(count, words, 1), number(count, words, 2)));
}

/* drain FD: how many bytes came before the end */
void read_to_end(int count, char **words)
{
	char chunk[CHUNK];
	long total = 0;
	ssize_t got;

	while ((got = recv(number(count, words, 1), chunk, sizeof(chunk), 0)) > 0)
		total += got;
	if (got < 0)
		answer_errno();
	else
		answer("%ld", total);
}

/* shutdown FD: sends a FIN */
void shut_down(int count, char **words)
{
	done(shutdown(number(count, words, 1), SHUT_WR));
}

void close_socket(int count, char **words)
{
	done(close(number(count, words, 1)));
}

/* abort FD: closes with a reset */
void abort_socket(int count, char **words)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };
	int fd = number(count, words, 1);

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	done(close(fd));
}

/* disconnect FD: the socket can connect again */
void disconnect_socket(int count, char **words)
{
	struct sockaddr address = { .sa_family = AF_UNSPEC };

	done(connect(number(count, words, 1), &address, sizeof(address)));
}

/* timeout FD MILLISECONDS: gives up when the peer answers no more */
void set_timeout(int count, char **words)
{
	unsigned int timeout = number(count, words, 2);

	done(setsockopt(number(count, words, 1), IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout,
			sizeof(timeout)));
}
