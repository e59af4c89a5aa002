/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What a record has from the table. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/tracked.bpf.h"

#include "record.h"

/* What is kept of the socket; all unknown where there is no entry. */
static __always_inline void read_tracked(struct nettop_record *r, const struct tracked *t,
					 bool listens)
{
	r->accepted = t && listens ? t->accepted : ~0ULL;
	r->parent = t ? t->parent : 0;
	r->parent_opened_ns = t ? t->parent_opened_ns : 0;
	r->reserved = 0;
	r->protocol = t && t->kind == KIND_MPTCP ? IPPROTO_MPTCP : IPPROTO_TCP;
	if (!t) {
		r->flags = 0;
		r->reset_reason = ~0U;
		r->rto_retrans = 0;
		r->fast_retrans = 0;
		r->tlp_retrans = 0;
		r->syn_retrans = 0;
		r->opened_ns = 0;
		r->direction = NETTOP_DIRECTION_UNKNOWN;
		r->owner_source = NETTOP_OWNER_UNKNOWN;
		__builtin_memset(&r->owner, 0, sizeof(r->owner));
		return;
	}
	r->opened_ns = t->opened_ns;
	r->direction = t->direction;
	r->owner_source = t->owner_source;
	r->owner = t->owner;
	r->flags = t->flags;
	/* No process comes back to what it has left. */
	if (t->state & ORPHANED && has_owner(t))
		r->flags |= NETTOP_FLAG_ORPHANED;
	r->reset_reason = t->reset_reason == NO_REASON ? ~0U : t->reset_reason;
	r->rto_retrans = t->rto_retrans;
	r->fast_retrans = t->fast_retrans;
	r->tlp_retrans = t->tlp_retrans;
	r->syn_retrans = t->syn_retrans;
}
