/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Starts to follow a socket, or counts it if the table is full. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/claim.bpf.h"
#include "core/ends.bpf.h"
#include "core/status.bpf.h"
#include "core/table.bpf.h"
#include "core/tracked.bpf.h"

#include "record.h"

static __always_inline void count_table_full(void)
{
	struct nettop_status *s = status_of();

	if (s)
		__sync_fetch_and_add(&s->table_full, 1);
}

/*
 * The slot of a socket that has just opened, for the caller to fill and to pass
 * to hold(); NULL if there is no room.
 */
static __always_inline struct tracked *track(__u64 cookie, struct sock *sk)
{
	struct tracked *t = open_slot(cookie, sk);

	if (!t)
		count_table_full();
	return t;
}

/* For a socket that other CPUs can find at the same time. */
static __always_inline int track_once(const struct tracked *t)
{
	int claim;

	forget_end(t->cookie);
	claim = insert_once(t);
	if (claim == CLAIM_FULL)
		count_table_full();
	return claim;
}
