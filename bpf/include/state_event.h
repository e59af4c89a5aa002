/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the programs of events.bpf.c hand to user space: who ran and when, and
 * the record of the tracepoint as it is. Its format file says where its fields
 * are.
 */
#pragma once

#include "record.h"

/* Records begin with this many bytes that say nothing about the socket. */
#define NETTOP_TRACEPOINT_HEAD 8
/* Bytes of a record that are kept; those of Linux 4.15 to 6.18 have 64 after the head. */
#define NETTOP_TRACEPOINT_BYTES 80

/* The tracepoint that an event is from. */
enum nettop_state_event_kind {
	NETTOP_STATE_CHANGED = 1,
	NETTOP_RESET_RECEIVED,
	NETTOP_RESET_SENT,
	NETTOP_SOCKET_DESTROYED,
};

struct nettop_state_event {
	__u64 time_ns;			/* CLOCK_MONOTONIC */
	/*
	 * The address of the tracepoint's record. Each CPU has one for processes,
	 * one for softirqs and one for hard interrupts.
	 */
	__u64 context;
	__u16 kind;			/* nettop_state_event_kind */
	__u16 cpu;			/* that it happened on */
	__u32 pid;			/* thread group of the current process; 0: the idle task */
	__u32 uid;			/* its real user ID */
	__u32 gid;			/* its real group ID */
	char comm[NETTOP_COMM_LEN];	/* of the current thread */
	__u8 record[NETTOP_TRACEPOINT_BYTES];	/* after the head */
};
