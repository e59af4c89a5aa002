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

static __always_inline void track(const struct tracked *t)
{
	forget_end(t->cookie);
	if (!insert(t))
		count_table_full();
}

/* Like `track`, for a socket that other CPUs can find at the same time. */
static __always_inline int track_once(const struct tracked *t)
{
	int claim;

	forget_end(t->cookie);
	claim = insert_once(t);
	if (claim == CLAIM_FULL)
		count_table_full();
	return claim;
}
