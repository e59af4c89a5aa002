/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Reads fields of kernel objects. */
#pragma once

#include "core/prelude.bpf.h"

extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym __weak;

/*
 * Reads a field. A plain load is cheapest, but the verifier allows it only if
 * it knows the type of the pointer; otherwise each load is a helper call.
 * `typed` must be a compile-time constant.
 */
#define FIELD(pointer, field) \
	(typed ? (pointer)->field : BPF_CORE_READ(pointer, field))

/*
 * Copies 16 bytes of a field whose type the verifier knows: two loads, where
 * bpf_probe_read_kernel() takes a hundred instructions.
 */
#define copy_16(to, field)                                                    \
	do {                                                                  \
		_Static_assert(sizeof(to) == 16 && sizeof(field) == 16, "");   \
		((__u64 *)(to))[0] = ((const __u64 *)&(field))[0];            \
		((__u64 *)(to))[1] = ((const __u64 *)&(field))[1];            \
	} while (0)

/*
 * An argument of a tracepoint, as a number. Some verifiers assume that a
 * pointer argument is never NULL and remove the test for it.
 */
static __always_inline __u64 argument(const __u64 *ctx, int index)
{
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), &ctx[index]);
	return value;
}

/* An address as a number: the verifier rejects arithmetic on a typed pointer. */
static __always_inline __u64 address_of(const void *object)
{
	const void *volatile pointer = object;
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), (void *)&pointer);
	return address;
}
