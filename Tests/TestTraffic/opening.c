/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Uncommon ways to open a connection or to keep it. */
#include "traffic.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef TCP_FASTOPEN_CONNECT
#define TCP_FASTOPEN_CONNECT 30
#endif

static int option(int fd, int name, int value)
{
	return setsockopt(fd, IPPROTO_TCP, name, &value, sizeof(value));
}

/* fastopen-listen FD BACKLOG: a listener takes connections with data in their SYN */
void fast_open_listen(int count, char **words)
{
	if (option(number(count, words, 1), TCP_FASTOPEN, number(count, words, 2)) < 0)
		answer_errno();
	else
		answer("0");
}

/* keep-alive FD SECONDS: probes a peer that says nothing for so long */
void keep_alive(int count, char **words)
{
	int fd = number(count, words, 1), seconds = number(count, words, 2), on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) < 0 ||
	    option(fd, TCP_KEEPIDLE, seconds) < 0 || option(fd, TCP_KEEPINTVL, seconds) < 0)
		answer_errno();
	else
		answer("0");
}

/* fastopen FD HOST PORT BYTES: the first bytes are sent as it connects (MSG_FASTOPEN) */
void fast_open(int count, char **words)
{
	static char bytes[65536];
	struct sockaddr_storage address = {};
	ssize_t sent = -1;

	if (count > 4 && parse_address(words + 2, &address) == 0)
		sent = sendto(number(count, words, 1), bytes, number(count, words, 4), MSG_FASTOPEN,
			      (struct sockaddr *)&address, sizeof(address));
	if (sent < 0)
		answer_errno();
	else
		answer("%zd", sent);
}

/* fastopen-connect FD HOST PORT BYTES: by connect and write (TCP_FASTOPEN_CONNECT) */
void fast_open_connect(int count, char **words)
{
	struct sockaddr_storage address = {};
	int fd = number(count, words, 1);

	if (count < 5 || parse_address(words + 2, &address) < 0 ||
	    option(fd, TCP_FASTOPEN_CONNECT, 1) < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    send_all(fd, number(count, words, 4)) < 0)
		answer_errno();
	else
		answer("0");
}

/* syn-data FD: whether the SYN had data that the peer took */
void syn_data_acked(int count, char **words)
{
	struct tcp_info info = {};
	socklen_t size = sizeof(info);

	if (getsockopt(number(count, words, 1), IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
		answer_errno();
	else
		answer("%d", (info.tcpi_options & 32) != 0);
}

/*
 * repair FD LOCAL PORT REMOTE PORT SENT RECEIVED: makes a connection of a socket without a
 * handshake, at these sequence numbers
 */
void repair_connection(int count, char **words)
{
	static const struct tcp_repair_window window = {
		.snd_wnd = 65535, .max_window = 65535, .rcv_wnd = 65535,
	};
	struct sockaddr_storage local = {}, remote = {};
	int fd = number(count, words, 1), on = 1;
	struct tcp_repair_window at = window;

	if (count < 8 || parse_address(words + 2, &local) < 0 ||
	    parse_address(words + 4, &remote) < 0 || option(fd, TCP_REPAIR, 1) < 0)
		goto refused;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	at.snd_wl1 = number(count, words, 7);
	at.rcv_wup = number(count, words, 7);
	if (option(fd, TCP_REPAIR_QUEUE, 2) < 0 ||
	    option(fd, TCP_QUEUE_SEQ, number(count, words, 6)) < 0 ||
	    option(fd, TCP_REPAIR_QUEUE, 1) < 0 ||
	    option(fd, TCP_QUEUE_SEQ, number(count, words, 7)) < 0 ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0 ||
	    connect(fd, (struct sockaddr *)&remote, sizeof(remote)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, &at, sizeof(at)) < 0 ||
	    /* Off, without a probe: the peer may not be restored yet. */
	    option(fd, TCP_REPAIR, -1) < 0)
		goto refused;
	answer("0");
	return;
refused:
	answer_errno();
}
