/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The kernel half of nettop: the list of its programs. They are one object, so
 * that they share their maps. No program runs per TCP packet or call: they run
 * when a connection changes state, and when user space reads an iterator. UDP
 * has no counters to read, so its datagrams are counted.
 */
#include "core/prelude.bpf.h"

#include "tcp/state.bpf.h"
#include "tcp/destroy.bpf.h"
#include "tcp/accept.bpf.h"
#include "tcp/connect.bpf.h"
#include "tcp/error.bpf.h"
#include "tcp/retransmit.bpf.h"
#include "tcp/reset.bpf.h"
#include "socket/drop.bpf.h"
#include "udp/cgroup.bpf.h"
#include "udp/functions.bpf.h"
#include "walk/pass.bpf.h"
#include "walk/pass_flows.bpf.h"
#include "walk/scan_files.bpf.h"
#include "walk/scan_namespace.bpf.h"

char LICENSE[] SEC("license") = "GPL";
