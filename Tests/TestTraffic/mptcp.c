/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Sockets of MPTCP, and what the kernel answers about them. */
#include "traffic.h"

#include <errno.h>
#include <linux/types.h>
#include <netinet/in.h>
#include <sys/socket.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#define SOL_MPTCP 284
#define MPTCP_INFO 1

/* struct mptcp_info of the kernel as of Linux 6.5; older headers end before its bytes. */
struct info {
	__u8 subflows;
	__u8 limits[5];
	__u32 flags;
	__u32 token;
	__u64 write_seq;
	__u64 snd_una;
	__u64 rcv_nxt;
	__u8 local[3];
	__u32 retransmits;
	__u64 bytes_retrans;
	__u64 bytes_sent;
	__u64 bytes_received;
	__u64 bytes_acked;
};

/* mptcp-socket 4|6: FD COOKIE, a socket to bind, connect or listen with */
void make_mptcp_socket(int count, char **words)
{
	int family = number(count, words, 1) == 6 ? AF_INET6 : AF_INET;
	int fd = socket(family, SOCK_STREAM, IPPROTO_MPTCP);

	if (fd < 0)
		answer_errno();
	else
		answer("%d %llu", fd, cookie_of(fd));
}

/* listen-on FD BACKLOG: a socket that is bound already */
void listen_on(int count, char **words)
{
	if (listen(number(count, words, 1), number(count, words, 2)) < 0)
		answer_errno();
	else
		answer("0");
}

/* port FD: the local one */
void local_port(int count, char **words)
{
	struct sockaddr_in6 address = {};
	socklen_t size = sizeof(address);

	/* It is at the same place in addresses of IPv4. */
	if (getsockname(number(count, words, 1), (struct sockaddr *)&address, &size) < 0)
		answer_errno();
	else
		answer("%d", ntohs(address.sin6_port));
}

/* mptcp-info FD: BYTES_SENT BYTES_RECEIVED BYTES_RETRANS, of the kernel's own answer */
void mptcp_info(int count, char **words)
{
	struct info info = {};
	socklen_t size = sizeof(info);

	if (getsockopt(number(count, words, 1), SOL_MPTCP, MPTCP_INFO, &info, &size) < 0)
		answer_errno();
	else
		answer("%llu %llu %llu", info.bytes_sent, info.bytes_received, info.bytes_retrans);
}
