/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The order in which other CPUs see accesses to memory. x86 reorders a store
 * and a later load, arm64 almost everything. BPF has no barrier instruction; a
 * branch orders later stores, but not later loads.
 */
#pragma once

#include "core/prelude.bpf.h"

/* A full barrier: every atomic operation that returns a value is one. */
static __always_inline void full_barrier(void)
{
	__u64 word = 0;

	barrier();
	__sync_lock_test_and_set(&word, 1);
	barrier();
}

/*
 * 0, computed from a value. No CPU loads from an address that this was added to
 * before it has loaded the value. To be called before the value is compared:
 * once it is known to equal another, the compiler may compute with that one.
 */
static __always_inline __u64 zero_after(__u64 value)
{
	asm volatile("%0 &= 0" : "+r"(value));
	return value;
}
