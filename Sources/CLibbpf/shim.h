/* libbpf, and what else Swift cannot import. */
#pragma once

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
 * Buffers that BPF programs write to, and that become readable when so many bytes
 * were written, rather than at each record.
 */
static inline struct perf_event_attr nettop_program_output(unsigned int watermark)
{
	return (struct perf_event_attr){
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(struct perf_event_attr),
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.watermark = 1,
		.wakeup_watermark = watermark,
	};
}

/* A number that the kernel writes, with all that it wrote before it. */
static inline uint64_t nettop_load_acquire(const void *number)
{
	return __atomic_load_n((const uint64_t *)number, __ATOMIC_ACQUIRE);
}

static inline uint32_t nettop_load_acquire_32(const void *number)
{
	return __atomic_load_n((const uint32_t *)number, __ATOMIC_ACQUIRE);
}

/* Writes a number that the kernel reads, after all that was read before. */
static inline void nettop_store_release(void *number, uint64_t value)
{
	__atomic_store_n((uint64_t *)number, value, __ATOMIC_RELEASE);
}
