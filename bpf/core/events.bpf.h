/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The ring buffer of ends. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/status.bpf.h"

#include "record.h"

/* Final records, as sockets end. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} ended SEC(".maps");

/*
 * User space reads the ends at every pass, and is woken only when they pile up
 * before it: a wake-up costs ten times as much as the record.
 */
static __always_inline __u64 wakeup(void)
{
	__u64 waiting = bpf_ringbuf_query(&ended, BPF_RB_AVAIL_DATA);

	return waiting - config.wakeup_bytes < 16 * sizeof(struct nettop_record) ?
		       BPF_RB_FORCE_WAKEUP :
		       BPF_RB_NO_WAKEUP;
}
