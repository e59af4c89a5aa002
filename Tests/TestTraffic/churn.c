/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Connections that live for a moment, and end in each way by turns. */
#include "traffic.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST 100
#define REPLY 200

/* churn-serve FD COUNT: answers who asks, and closes. How many it accepted. */
void churn_serve(int count, char **words)
{
	long served = 0, most = number(count, words, 2);

	for (; served < most; served++) {
		int fd = accept(number(count, words, 1), NULL, NULL);

		if (fd < 0) {
			answer_errno();
			return;
		}
		/* Others have closed or aborted by now: that is no error of ours. */
		if (read_all(fd, REQUEST) == 0)
			send_all(fd, REPLY);
		close(fd);
	}
	answer("%ld", served);
}

static int served(int fd)
{
	char byte;

	if (send_all(fd, REQUEST) < 0 || read_all(fd, REPLY) < 0 || recv(fd, &byte, 1, 0) != 0)
		return -1;
	return close(fd);
}

static int aborted(int fd)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	return close(fd);
}

/*
 * churn HOST PORT REFUSING COUNT: by turns one that is served, one that is closed and one that is
 * aborted at once, and one that the port REFUSING refuses.
 */
void churn(int count, char **words)
{
	char *elsewhere[] = { words[1], words[3] };
	struct sockaddr_storage address = {}, refusing = {};
	long made = 0, most = number(count, words, 4);

	if (count < 5 || parse_address(words + 1, &address) < 0 ||
	    parse_address(elsewhere, &refusing) < 0) {
		answer_errno();
		return;
	}
	for (; made < most; made++) {
		int fd = socket(address.ss_family, SOCK_STREAM, 0), result = -1;
		bool refused = made % 4 == 3;

		if (connect(fd, (struct sockaddr *)(refused ? &refusing : &address),
			    sizeof(address)) == 0) {
			switch (made % 4) {
			case 0:
				result = served(fd);
				break;
			case 1:
				result = close(fd);
				break;
			case 2:
				result = aborted(fd);
				break;
			}
		} else if (refused && errno == ECONNREFUSED) {
			result = close(fd);
		}
		if (result < 0) {
			answer_errno();
			return;
		}
	}
	answer("%ld", made);
}
