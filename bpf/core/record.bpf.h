/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Fills a record: first with "unknown", then with what the table knows. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/tracked.bpf.h"

#include "record.h"

/*
 * Marks every field as unknown: 0, or all bits set in fields where 0 is a valid
 * figure. Everything that fills a record begins with this.
 */
static __always_inline void record_init(struct nettop_record *r)
{
	__builtin_memset(r, 0, sizeof(*r));
	r->bytes_sent = ~0ULL;
	r->bytes_received = ~0ULL;
	r->accepted = ~0ULL;
	r->reset_reason = ~0U;
	r->drops = ~0U;
	r->total_retrans = ~0U;
	r->min_rtt_us = ~0U;
	r->snd_cwnd = ~0U;
	r->unread = ~0U;
	r->unacked = ~0U;
	r->unsent = ~0U;
	r->pacing_rate = ~0ULL;
	r->rcv_space = ~0U;
	r->snd_ssthresh = ~0U;
	r->lost = ~0U;
	r->reordering = ~0U;
	r->delivered_ce = ~0U;
	r->mss = ~0U;
	r->busy = ~0U;
	r->rwnd_limited = ~0U;
	r->sndbuf_limited = ~0U;
}

/* The protocol of a followed TCP or MPTCP socket. */
static __always_inline __u16 protocol_of(const struct tracked *t)
{
	return t->kind == KIND_MPTCP ? IPPROTO_MPTCP : IPPROTO_TCP;
}

/* Copies what the table knows about a socket. */
static __always_inline void read_tracked(struct nettop_record *r, const struct tracked *t)
{
	r->parent = t->parent;
	r->parent_opened_ns = t->parent_opened_ns;
	r->opened_ns = t->opened_ns;
	r->direction = t->direction;
	r->owner_source = t->owner_source;
	r->owner = t->owner;
	r->flags = t->flags;
	/* A process never gets back a socket that it has closed. */
	if (t->state & ORPHANED && has_owner(t))
		r->flags |= NETTOP_FLAG_ORPHANED;
	if (t->reset_reason != NO_REASON)
		r->reset_reason = t->reset_reason;
	r->rto_retrans = t->rto_retrans;
	r->fast_retrans = t->fast_retrans;
	r->tlp_retrans = t->tlp_retrans;
	r->syn_retrans = t->syn_retrans;
}
