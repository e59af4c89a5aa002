/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What every header includes first: the kernel types, then libbpf, which needs them. */
#pragma once

#include "core/kernel.bpf.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
