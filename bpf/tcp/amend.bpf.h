/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Adds to an end whose final record has already been submitted. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/events.bpf.h"

#include "record.h"

static __always_inline void amend(__u64 cookie, __u8 flags, __u32 reset_reason, __u16 error)
{
	struct nettop_amendment_event *e = bpf_ringbuf_reserve(&ended, sizeof(*e), 0);
	struct nettop_amendment *a;

	if (!e)
		return;
	event_init(&e->event, NETTOP_EVENT_AMENDMENT, sizeof(*e));
	a = &e->amendment;
	a->cookie = cookie;
	a->reset_reason = reset_reason;
	a->error = error;
	a->flags = flags;
	a->reserved = 0;
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
}
