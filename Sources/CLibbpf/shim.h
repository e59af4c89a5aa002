/* libbpf, and what else Swift cannot import. */
#pragma once

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/perf_event.h>
#include <stdarg.h>
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
