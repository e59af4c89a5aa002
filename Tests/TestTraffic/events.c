/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What makes a socket lose packets or give up. */
#include "traffic.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

static void set(int fd, int level, int option, const void *value, socklen_t size)
{
	if (setsockopt(fd, level, option, value, size) < 0)
		answer_errno();
	else
		answer("0");
}

/* syn-count FD NUMBER: how often a SYN is retransmitted before it gives up */
void set_syn_count(int count, char **words)
{
	int syns = number(count, words, 2);

	set(number(count, words, 1), IPPROTO_TCP, TCP_SYNCNT, &syns, sizeof(syns));
}

/* congestion FD NAME: the congestion control algorithm */
void set_congestion(int count, char **words)
{
	const char *name = count > 2 ? words[2] : "";

	set(number(count, words, 1), IPPROTO_TCP, TCP_CONGESTION, name, strlen(name));
}

/* filter FD: drops whatever arrives */
void filter_all(int count, char **words)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { .len = 1, .filter = &nothing };

	set(number(count, words, 1), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/* unfilter FD */
void filter_none(int count, char **words)
{
	int none = 0;

	set(number(count, words, 1), SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none));
}
