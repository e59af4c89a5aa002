/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Many connections by one command. */
#include "traffic.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* serve-many FD COUNT REQUEST REPLY: accepts one after the other, and closes each first. */
void serve_many(int count, char **words)
{
	long served = 0, most = number(count, words, 2);

	for (; served < most; served++) {
		int fd = accept(number(count, words, 1), NULL, NULL);

		if (fd < 0 || read_all(fd, number(count, words, 3)) < 0 ||
		    send_all(fd, number(count, words, 4)) < 0 || close(fd) < 0) {
			answer_errno();
			return;
		}
	}
	answer("%ld", served);
}

/* connect-many HOST PORT COUNT REQUEST REPLY */
void connect_many(int count, char **words)
{
	struct sockaddr_storage address = {};
	long made = 0, most = number(count, words, 3);
	char byte;

	if (count < 6 || parse_address(words + 1, &address) < 0) {
		answer_errno();
		return;
	}
	for (; made < most; made++) {
		int fd = socket(address.ss_family, SOCK_STREAM, 0);

		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		    send_all(fd, number(count, words, 4)) < 0 ||
		    read_all(fd, number(count, words, 5)) < 0 || recv(fd, &byte, 1, 0) != 0 ||
		    close(fd) < 0) {
			answer_errno();
			return;
		}
	}
	answer("%ld", made);
}

/* hold-many HOST PORT COUNT: FIRST and LAST, file descriptors of connections that stay open. */
void hold_many(int count, char **words)
{
	struct sockaddr_storage address = {};
	int first = -1, last = -1;

	if (count < 4 || parse_address(words + 1, &address) < 0) {
		answer_errno();
		return;
	}
	for (long i = number(count, words, 3); i > 0; i--) {
		last = socket(address.ss_family, SOCK_STREAM, 0);
		if (last < 0 || connect(last, (struct sockaddr *)&address, sizeof(address)) < 0) {
			answer_errno();
			return;
		}
		if (first < 0)
			first = last;
	}
	answer("%d %d", first, last);
}

/* accept-many FD COUNT: FIRST and LAST */
void accept_many(int count, char **words)
{
	int first = -1, last = -1;

	for (long i = number(count, words, 2); i > 0; i--) {
		last = accept(number(count, words, 1), NULL, NULL);
		if (last < 0) {
			answer_errno();
			return;
		}
		if (first < 0)
			first = last;
	}
	answer("%d %d", first, last);
}

/* write-many FIRST LAST BYTES: to each of these connections */
void write_many(int count, char **words)
{
	for (int fd = number(count, words, 1); fd <= number(count, words, 2); fd++) {
		if (send_all(fd, number(count, words, 3)) < 0) {
			answer_errno();
			return;
		}
	}
	answer("%ld", number(count, words, 3));
}

/* read-many FIRST LAST BYTES: from each of these connections */
void read_many(int count, char **words)
{
	for (int fd = number(count, words, 1); fd <= number(count, words, 2); fd++) {
		if (read_all(fd, number(count, words, 3)) < 0) {
			answer_errno();
			return;
		}
	}
	answer("%ld", number(count, words, 3));
}

/* close-many FIRST LAST */
void close_many(int count, char **words)
{
	for (int fd = number(count, words, 1); fd <= number(count, words, 2); fd++)
		close(fd);
	answer("%ld", number(count, words, 2));
}
