/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Socket cookies as indices. */
#pragma once

#include "core/prelude.bpf.h"

/* COOKIE_LOCAL_BATCH of the kernel: so many cookies in sequence a CPU takes at a time. */
#define COOKIE_BATCH_BITS 12

/*
 * Where the sequence of a CPU begins, so that those of several CPUs do not lie on
 * each other: multiples of the golden ratio divide a circle evenly.
 */
static __always_inline __u64 sequence_start(__u64 cookie)
{
	return (cookie >> COOKIE_BATCH_BITS) * 0x9e3779b97f4a7c15ULL >> 40;
}
