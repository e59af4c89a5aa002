/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
#include "traffic.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A process whose test has died waits no longer than this for its command to end; NETTOP_TEST_PATIENCE
 * times as long on a slow machine.
 */
#define COMMAND_SECONDS 300

static const struct {
	const char *name;
	command *run;
} commands[] = {
	{ "socket", make_socket },
	{ "bind", bind_socket },
	{ "listen", listen_at },
	{ "device", bind_to_device },
	{ "connect", connect_to },
	{ "begin", begin_connect },
	{ "await", await_connect },
	{ "accept", accept_one },
	{ "write", write_bytes },
	{ "sendfile", sendfile_bytes },
	{ "read", read_bytes },
	{ "drain", read_to_end },
	{ "shutdown", shut_down },
	{ "close", close_socket },
	{ "abort", abort_socket },
	{ "disconnect", disconnect_socket },
	{ "timeout", set_timeout },
	{ "syn-count", set_syn_count },
	{ "congestion", set_congestion },
	{ "filter", filter_all },
	{ "unfilter", filter_none },
	{ "name", set_name },
	{ "fork", fork_child },
	{ "tell", tell_child },
	{ "give", give_socket },
	{ "take", take_socket },
	{ "exec", execute },
	{ "cloexec", close_on_exec },
	{ "quit", quit_now },
	{ "unshare", new_namespace },
	{ "become", become },
	{ "user", become_user },
	{ "cgroup", enter_cgroup },
	{ "copy", copy_socket },
	{ "reap", reap_child },
	{ "fork-as", fork_as },
	{ "fast", connect_fast },
	{ "ring-connect", ring_connect },
	{ "ring-accept", ring_accept },
	{ "udp", make_udp_socket },
	{ "udp-set", set_udp_option },
	{ "udp-join", join_group },
	{ "udp-send", send_datagrams },
	{ "udp-spray", spray_datagrams },
	{ "udp-read", read_datagrams },
	{ "udp-drain", drain_datagrams },
	{ "udp-echo", echo_datagrams },
	{ "udp-short", ask_shortly },
	{ "udp-reconnect", reconnect_udp },
	{ "serve-many", serve_many },
	{ "connect-many", connect_many },
	{ "hold-many", hold_many },
	{ "accept-many", accept_many },
	{ "write-many", write_many },
	{ "read-many", read_many },
	{ "close-many", close_many },
	{ "mptcp-socket", make_mptcp_socket },
	{ "mptcp-info", mptcp_info },
	{ "listen-on", listen_on },
	{ "port", local_port },
	{ "by", move_by },
	{ "relay", relay_bytes },
	{ "urgent", send_urgent },
	{ "read-urgent", read_urgent },
	{ "uring-has-send-zc", uring_has_send_zerocopy },
	{ "uring-connect", uring_connect },
	{ "uring-accept", uring_accept },
	{ "fastopen-listen", fast_open_listen },
	{ "keep-alive", keep_alive },
	{ "fastopen", fast_open },
	{ "fastopen-connect", fast_open_connect },
	{ "syn-data", syn_data_acked },
	{ "repair", repair_connection },
	{ "tls", encrypt },
	{ "redirect-received", redirect_received },
	{ "redirect-sent", redirect_sent },
	{ "churn", churn },
	{ "churn-serve", churn_serve },
};

void answer(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("ok ");
	vprintf(format, arguments);
	printf("\n");
	fflush(stdout);
	va_end(arguments);
}

void answer_errno(void)
{
	const char *name = strerrorname_np(errno);

	printf("error %s\n", name ? name : "?");
	fflush(stdout);
}

long number(int count, char **words, int index)
{
	return index < count ? strtol(words[index], NULL, 10) : 0;
}

static void run(char *line)
{
	char *words[MOST_WORDS];
	int count = 0;

	for (char *word = strtok(line, " \n"); word && count < MOST_WORDS; word = strtok(NULL, " \n"))
		words[count++] = word;
	for (size_t i = 0; count && i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(words[0], commands[i].name) == 0) {
			commands[i].run(count, words);
			return;
		}
	}
	errno = ENOSYS;
	answer_errno();
}

void run_commands(void)
{
	/* Byte by byte, as what is read ahead would be lost by exec. */
	const char *patience = getenv("NETTOP_TEST_PATIENCE");
	unsigned int seconds = COMMAND_SECONDS * (patience && atoi(patience) > 1 ? atoi(patience) : 1);
	char line[512];
	size_t length = 0;

	while (length < sizeof(line) - 1 && read(STDIN_FILENO, line + length, 1) == 1) {
		if (line[length++] != '\n')
			continue;
		line[length] = 0;
		length = 0;
		alarm(seconds);
		run(line);
		alarm(0);
	}
}

/* TestTraffic [NAMESPACE], a file such as /run/netns/NAME. */
int main(int count, char **words)
{
	signal(SIGPIPE, SIG_IGN);
	if (count > 1 && strcmp(words[1], "-") != 0) {
		int fd;

		/* What the test runner was given: file descriptors are numbered in a row. */
		close_range(3, ~0U, 0);
		fd = open(words[1], O_RDONLY | O_CLOEXEC);

		if (fd < 0 || setns(fd, CLONE_NEWNET) != 0) {
			answer_errno();
			return 1;
		}
		close(fd);
	}
	answer("%d", getpid());
	run_commands();
	return 0;
}
