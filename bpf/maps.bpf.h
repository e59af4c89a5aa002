/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The maps of the programs. User space sets the sizes before loading. */
#pragma once

/* Final records, as sockets end. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} ended SEC(".maps");

/* What the last round of a pass found changed: the first nettop_status.changed records. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct nettop_record);
} changes SEC(".maps");

/* What the last scan found: the first nettop_status.holders of them. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct nettop_holder);
} holders SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct nettop_status);
} status SEC(".maps");

/*
 * The connection that this CPU is just accepting, between the two state changes
 * of one incoming packet. Softirqs of a CPU do not interrupt each other.
 */
struct embryo {
	struct sock *socket;
	__u64 listener;			/* its cookie, 0: not followed */
	int slot;			/* and its slot */
	struct nettop_owner owner;	/* its owner */
	__u8 owner_source;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct embryo);
} embryos SEC(".maps");

/*
 * Likewise of listeners with TCP Fast Open, by socket: such a connection works
 * before its handshake is complete, and others are accepted in between.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct sock *);
	__type(value, struct embryo);
} early SEC(".maps");

/* Where the result of connect is hooked: the attempt that this task just saw end. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);		/* bpf_get_current_pid_tgid() */
	__type(value, __u64);		/* cookie */
} attempts SEC(".maps");

const volatile struct nettop_config config SEC(".rodata.config") = {};

static __always_inline struct nettop_status *status_of(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&status, &zero);
}
