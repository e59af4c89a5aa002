/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The kernel half of nettop. One object, so that all programs share their
 * maps. Of TCP nothing runs per packet or per call: programs run when a
 * connection changes state, and when user space reads an iterator. UDP has no
 * counters to read, so its datagrams are counted.
 */
#include "kernel.bpf.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

#include "record.h"

#include "maps.bpf.h"
#include "table.bpf.h"
#include "end.bpf.h"

#include "owner.bpf.h"
#include "socket.bpf.h"
#include "mptcp.bpf.h"

#include "lifecycle.bpf.h"
#include "state.bpf.h"
#include "accept.bpf.h"
#include "flows.bpf.h"
#include "udp.bpf.h"
#include "datagram.bpf.h"
#include "udp_cgroup.bpf.h"
#include "udp_functions.bpf.h"
#include "connect.bpf.h"
#include "error.bpf.h"
#include "retransmit.bpf.h"
#include "reset.bpf.h"
#include "drop.bpf.h"
#include "pass.bpf.h"
#include "scan.bpf.h"

char LICENSE[] SEC("license") = "GPL";
