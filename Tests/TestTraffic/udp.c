/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Datagrams. Sockets are named by their file descriptor. */
#include "traffic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#define UDP_GRO 104
#endif
#define MOST_BYTES 65536
#define MOST_MESSAGES 64
#define PATIENCE_MS 20000

static char payload[MOST_BYTES];

static void done(int result)
{
	if (result < 0)
		answer_errno();
	else
		answer("%d", result);
}

/* udp 4|6 [shared]: FD COOKIE */
void make_udp_socket(int count, char **words)
{
	int on = 1, family = number(count, words, 1) == 6 ? AF_INET6 : AF_INET;
	int fd = socket(family, SOCK_DGRAM, 0);

	if (count > 2)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (fd < 0)
		answer_errno();
	else
		answer("%d %llu", fd, cookie_of(fd));
}

/* udp-set FD buffer|broadcast|gro|options4|options6 VALUE */
void set_udp_option(int count, char **words)
{
	/* Nothing but padding. */
	static const char v4[] = { 1, 1, 1, 1 }, v6[] = { 0, 0, 1, 4, 0, 0, 0, 0 };
	int fd = number(count, words, 1), value = number(count, words, 3);

	if (count > 2 && strcmp(words[2], "options4") == 0)
		done(setsockopt(fd, IPPROTO_IP, IP_OPTIONS, v4, sizeof(v4)));
	else if (count > 2 && strcmp(words[2], "options6") == 0)
		done(setsockopt(fd, IPPROTO_IPV6, IPV6_HOPOPTS, v6, sizeof(v6)) < 0 ?
			     -1 : setsockopt(fd, IPPROTO_IPV6, IPV6_DSTOPTS, v6, sizeof(v6)));
	else if (count > 2 && strcmp(words[2], "gro") == 0)
		done(setsockopt(fd, IPPROTO_UDP, UDP_GRO, &value, sizeof(value)));
	else if (count > 2 && strcmp(words[2], "broadcast") == 0)
		done(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &value, sizeof(value)));
	else
		done(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof(value)));
}

/* udp-join FD GROUP LOCAL: receives what is sent to a group, and sends to groups, there */
void join_group(int count, char **words)
{
	struct ip_mreqn group = {};
	int fd = number(count, words, 1);

	if (count < 4 || inet_pton(AF_INET, words[2], &group.imr_multiaddr) != 1 ||
	    inet_pton(AF_INET, words[3], &group.imr_address) != 1) {
		errno = EINVAL;
		answer_errno();
		return;
	}
	done(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)) < 0 ?
		     -1 : setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &group, sizeof(group)));
}

/* What one send is: its bytes, in how many datagrams. */
struct sending {
	int fd;
	struct sockaddr *to;	/* NULL: where the socket is connected to */
	socklen_t to_size;
	size_t bytes;		/* of each datagram or piece */
	int count;
};

static int send_each(const struct sending *s, int flags)
{
	for (int i = 0; i < s->count; i++)
		if (sendto(s->fd, payload, s->bytes, flags, s->to, s->to_size) < 0)
			return -1;
	return 0;
}

static int send_messages(const struct sending *s, int at_once)
{
	struct mmsghdr messages[MOST_MESSAGES];
	struct iovec piece = { payload, s->bytes };

	for (int i = 0; i < s->count && i < MOST_MESSAGES; i++) {
		messages[i] = (struct mmsghdr){ .msg_hdr = {
			.msg_name = s->to, .msg_namelen = s->to_size,
			.msg_iov = &piece, .msg_iovlen = 1,
		} };
		if (!at_once && sendmsg(s->fd, &messages[i].msg_hdr, 0) < 0)
			return -1;
	}
	return at_once && sendmmsg(s->fd, messages, s->count, 0) != s->count ? -1 : 0;
}

/* All in one call, which the kernel or the device cuts into datagrams. */
static int send_segments(const struct sending *s)
{
	int segment = s->bytes, off = 0, result;

	if (setsockopt(s->fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment)) < 0)
		return -1;
	result = sendto(s->fd, payload, s->bytes * s->count, 0, s->to, s->to_size);
	setsockopt(s->fd, IPPROTO_UDP, UDP_SEGMENT, &off, sizeof(off));
	return result < 0 ? -1 : 0;
}

/* One datagram in so many pieces. */
static int send_corked(const struct sending *s)
{
	for (int i = 0; i < s->count; i++)
		if (sendto(s->fd, payload, s->bytes, i + 1 < s->count ? MSG_MORE : 0, s->to,
			   s->to_size) < 0)
			return -1;
	return 0;
}

/* udp-send FD sendto|sendmsg|sendmmsg|segment|cork BYTES COUNT [HOST PORT] */
void send_datagrams(int count, char **words)
{
	struct sockaddr_storage address = {};
	struct sending s = {
		.fd = number(count, words, 1),
		.bytes = number(count, words, 3),
		.count = number(count, words, 4),
	};

	if (count < 5 || (count > 6 && parse_address(words + 5, &address) < 0)) {
		errno = EINVAL;
		answer_errno();
		return;
	}
	if (count > 6) {
		s.to = (struct sockaddr *)&address;
		s.to_size = sizeof(address);
	}
	if (strcmp(words[2], "sendmsg") == 0)
		done(send_messages(&s, 0));
	else if (strcmp(words[2], "sendmmsg") == 0)
		done(send_messages(&s, 1));
	else if (strcmp(words[2], "segment") == 0)
		done(send_segments(&s));
	else if (strcmp(words[2], "cork") == 0)
		done(send_corked(&s));
	else
		done(send_each(&s, 0));
}

/* udp-spray FD BYTES COUNT HOST PORT: one datagram to each of so many ports */
void spray_datagrams(int count, char **words)
{
	struct sockaddr_storage address = {};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address;

	if (count < 6 || parse_address(words + 4, &address) < 0) {
		answer_errno();
		return;
	}
	for (long i = 0; i < number(count, words, 3); i++) {
		v4->sin_port = htons(number(count, words, 5) + i);
		if (sendto(number(count, words, 1), payload, number(count, words, 2), 0,
			   (struct sockaddr *)v4, sizeof(address)) < 0) {
			answer_errno();
			return;
		}
	}
	answer("%ld", number(count, words, 3));
}

static ssize_t receive(int fd, struct sockaddr_storage *from, socklen_t *size)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	if (poll(&wait, 1, PATIENCE_MS) != 1) {
		errno = ENODATA;
		return -1;
	}
	return recvfrom(fd, payload, sizeof(payload), 0, (struct sockaddr *)from, size);
}

/* udp-read FD CALLS BYTES: at least so many; HOST PORT of the last sender */
void read_datagrams(int count, char **words)
{
	long calls = number(count, words, 2), bytes = number(count, words, 3);
	struct sockaddr_storage from = {};
	char host[INET6_ADDRSTRLEN];
	socklen_t size;

	while (calls > 0 || bytes > 0) {
		ssize_t got;

		size = sizeof(from);
		got = receive(number(count, words, 1), &from, &size);
		if (got < 0) {
			answer_errno();
			return;
		}
		calls--;
		bytes -= got;
	}
	inet_ntop(from.ss_family,
		  from.ss_family == AF_INET ?
			  (void *)&((struct sockaddr_in *)&from)->sin_addr :
			  (void *)&((struct sockaddr_in6 *)&from)->sin6_addr,
		  host, sizeof(host));
	answer("%s %d", host, ntohs(((struct sockaddr_in *)&from)->sin_port));
}

/* udp-drain FD: how many datagrams waited, and their bytes */
void drain_datagrams(int count, char **words)
{
	long datagrams = 0, bytes = 0;
	ssize_t got;

	while ((got = recv(number(count, words, 1), payload, sizeof(payload), MSG_DONTWAIT)) >= 0) {
		datagrams++;
		bytes += got;
	}
	answer("%ld %ld", datagrams, bytes);
}

/* udp-echo FD COUNT BYTES: answers each datagram with one of this many bytes */
void echo_datagrams(int count, char **words)
{
	int fd = number(count, words, 1);
	struct sockaddr_storage from;

	for (long i = number(count, words, 2); i > 0; i--) {
		socklen_t size = sizeof(from);

		if (receive(fd, &from, &size) < 0 ||
		    sendto(fd, payload, number(count, words, 3), 0, (struct sockaddr *)&from,
			   size) < 0) {
			answer_errno();
			return;
		}
	}
	answer("%ld", number(count, words, 2));
}

/* udp-short HOST PORT COUNT REQUEST REPLY: a socket for each */
void ask_shortly(int count, char **words)
{
	struct sockaddr_storage address = {};
	long asked = 0;

	if (count < 6 || parse_address(words + 1, &address) < 0) {
		answer_errno();
		return;
	}
	for (; asked < number(count, words, 3); asked++) {
		int fd = socket(address.ss_family, SOCK_DGRAM, 0);

		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		    send(fd, payload, number(count, words, 4), 0) < 0 ||
		    receive(fd, NULL, NULL) != number(count, words, 5) || close(fd) < 0) {
			answer_errno();
			return;
		}
	}
	answer("%ld", asked);
}

/* udp-reconnect FD HOST PORT COUNT: connects and disconnects it */
void reconnect_udp(int count, char **words)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct sockaddr_storage address = {};
	int fd = number(count, words, 1);

	if (count < 5 || parse_address(words + 2, &address) < 0) {
		answer_errno();
		return;
	}
	for (long i = number(count, words, 4); i > 0; i--) {
		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		    connect(fd, &none, sizeof(none)) < 0) {
			answer_errno();
			return;
		}
	}
	answer("%ld", number(count, words, 4));
}
