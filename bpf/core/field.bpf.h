/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Reading a field of a kernel object. */
#pragma once

#include "core/prelude.bpf.h"

extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

/*
 * A field of a kernel object. Where the verifier knows the type of the pointer
 * a plain load is allowed and cheapest; else it takes a helper call. `typed`
 * is a constant in every use.
 */
#define FIELD(pointer, field) \
	(typed ? (pointer)->field : BPF_CORE_READ(pointer, field))

/*
 * An argument of a tracepoint, as a number. The verifier of some kernels takes
 * a pointer that can be NULL for one that cannot, and leaves out the test.
 */
static __always_inline __u64 argument(const __u64 *ctx, int index)
{
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), &ctx[index]);
	return value;
}
