/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What Swift sees of the kernel half: the records and the BPF objects. */
#pragma once

#include "record.h"
#include "state_event.h"
#include "system.h"

extern const unsigned char nettop_tracer_object[];
extern const unsigned long nettop_tracer_object_size;

/* The compiled tracer.bpf.c. Swift cannot import an array of unknown size. */
static inline const void *nettop_tracer_bytes(void)
{
	return nettop_tracer_object;
}

static inline unsigned long nettop_tracer_size(void)
{
	return nettop_tracer_object_size;
}

extern const unsigned char nettop_events_object[];
extern const unsigned long nettop_events_object_size;

/* The compiled events.bpf.c. */
static inline const void *nettop_events_bytes(void)
{
	return nettop_events_object;
}

static inline unsigned long nettop_events_size(void)
{
	return nettop_events_object_size;
}
