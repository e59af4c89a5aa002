/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Where a pass over the sockets writes what changed. */
#pragma once

#include "core/prelude.bpf.h"

#include "record.h"

/* What the last round of a pass found changed: the first nettop_status.changed records. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct nettop_record);
} changes SEC(".maps");
