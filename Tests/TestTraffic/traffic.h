/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Makes TCP and UDP traffic on request: each line of input is a command, each answer is a line. */
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stddef.h>
#include <sys/types.h>

#define MOST_WORDS 8

/* A command with its words, its own name first. */
typedef void command(int count, char **words);

/* Answers `ok …` to the command that runs. */
void answer(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Answers `error ERRNO` with the name of errno. */
void answer_errno(void);

/* A word as a number, 0 where there is none. */
long number(int count, char **words, int index);

/* Reads and runs commands until the input ends. */
void run_commands(void);

/* tcp.c */
command make_socket, bind_socket, listen_at, connect_to, begin_connect, await_connect, accept_one,
	write_bytes, sendfile_bytes, read_bytes, read_to_end, shut_down, close_socket, abort_socket,
	disconnect_socket, set_timeout, bind_to_device;

/* Sends or reads exactly this many bytes; -1 and errno where that fails. */
int send_all(int fd, size_t bytes);
int read_all(int fd, size_t bytes);
/* The address of HOST PORT in `words`; -1 where it is none. */
struct sockaddr_storage;
int parse_address(char **words, struct sockaddr_storage *address);
unsigned long long cookie_of(int fd);

/* mptcp.c */
command make_mptcp_socket, mptcp_info, listen_on, local_port;

/* apis.c */
command move_by, relay_bytes, send_urgent, read_urgent;

/* uring.c */
command uring_connect, uring_accept, uring_has_send_zerocopy;
ssize_t uring_send(int fd, size_t bytes);
ssize_t uring_send_zerocopy(int fd, size_t bytes);
ssize_t uring_receive(int fd, size_t bytes);

/* opening.c */
command fast_open_listen, keep_alive, fast_open, fast_open_connect, syn_data_acked, repair_connection;

/* tls.c */
command encrypt;

/* sockmap.c */
command redirect_received, redirect_sent;

/* events.c */
command set_syn_count, set_congestion, filter_all, filter_none;

/* process.c */
command set_name, fork_child, tell_child, give_socket, take_socket, execute, close_on_exec,
	quit_now, new_namespace;

/* owner.c */
command become, become_user, enter_cgroup, copy_socket, reap_child, fork_as, connect_fast,
	ring_connect, ring_accept;

/* udp.c */
command make_udp_socket, set_udp_option, join_group, send_datagrams, spray_datagrams,
	read_datagrams, drain_datagrams, echo_datagrams, ask_shortly,
	reconnect_udp;

/* crowd.c, connections that are named by the first and the last file descriptor of a row */
command serve_many, connect_many, hold_many, accept_many, write_many, read_many, close_many;

/* churn.c */
command churn, churn_serve;
