/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The ring buffer: ends, and what becomes known about them later. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/status.bpf.h"

#include "record.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} ended SEC(".maps");

/*
 * Writes the head of a reserved entry. Reserving is left to the caller: of two
 * checks for NULL, one here and one there, old verifiers take the second for a
 * branch in which the entry is reserved and never submitted.
 */
static __always_inline void event_init(struct nettop_event *event, enum nettop_event_kind kind,
				       __u32 length)
{
	event->kind = kind;
	event->length = length;
}

/* Records that CPUs can reserve at once: each counts those of the others as waiting. */
#define MOST_AT_ONCE 64

/*
 * User space reads the ends at every pass. It is woken in between only when
 * they pile up, because a wake-up costs ten times as much as a record.
 */
static __always_inline __u64 wakeup_flags(void)
{
	__u64 waiting = bpf_ringbuf_query(&ended, BPF_RB_AVAIL_DATA);

	return waiting - config.wakeup_bytes < MOST_AT_ONCE * sizeof(struct nettop_end_event) ?
		       BPF_RB_FORCE_WAKEUP :
		       BPF_RB_NO_WAKEUP;
}
