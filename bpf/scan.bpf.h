/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The scan over the open files of all processes, and over the sockets of a
 * namespace: finds sockets that are older than we are, and who holds a socket
 * now. A scan runs twice: first owners that still hold their socket are
 * confirmed, then sockets without such an owner are given to a process that was
 * found with them. Of several it is the one that started first: a child has the
 * sockets of its parent, if only until it calls execve.
 */
#pragma once

/*
 * `counts`: whether no other scan meets a socket that finds no room here. Those
 * that open later are counted when they do.
 */
static __always_inline void insert_found(const struct tracked *t, const bool counts)
{
	struct nettop_status *s = status_of();
	int claim = insert_once(t);

	/* Its end was told before it could be found here, and its state is not yet CLOSE. */
	if (claim == CLAIM_TAKEN && has_ended(t->cookie))
		forget(find(t->cookie), t->cookie);
	if (claim == CLAIM_FULL && counts && s && s->scan <= 1)
		count_full();
}

static __always_inline void track_found(struct sock *sk, __u64 cookie, struct task_struct *task)
{
	struct tracked t = {
		.cookie = cookie,
		.socket = sk,
		.is_udp = sk->sk_protocol == IPPROTO_UDP,
	};
	struct nettop_status *s = status_of();
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (!s)
		return;
	/* What made the kernel send these again, nobody saw. */
	if (tp)
		t.retrans = tp->total_retrans;
	if (tp && sk->__sk_common.skc_state != TCP_LISTEN) {
		t.direction = is_passive(tp, true) ? NETTOP_DIRECTION_IN : NETTOP_DIRECTION_OUT;
		t.sends_syn = has_sent_syn(tp, sk->__sk_common.skc_state, true);
	}
	if (!t.is_udp) {
		classify(&t, sk);
		note_addresses(&t, sk);
	}
	if (task) {
		read_process(&t.owner, task);
		t.owner_source = NETTOP_OWNER_SCAN;
		t.scan = s->scan;
		t.was_found = 1;
	} else if (is_of_kernel(sk)) {
		t.owner_source = NETTOP_OWNER_KERNEL;
	}
	/* A socket is met once in its namespace; its file can be met in several processes. */
	insert_found(&t, !task);
}

static __always_inline bool worth_tracking(struct sock *sk)
{
	__u8 state = sk->__sk_common.skc_state;

	if (sk->sk_protocol == IPPROTO_UDP)
		return config.flows && is_udp(sk);
	return is_followed(sk) && state != TCP_CLOSE && state != TCP_SYN_RECV &&
	       state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV;
}

/*
 * Whether a process is another than it was when the socket met it: its program
 * (execve), its name, its user (setuid) or its cgroup.
 */
static __always_inline bool changed_since(const struct nettop_owner *owner,
					  struct task_struct *task)
{
	const __u64 *before = (const __u64 *)owner, *after;
	struct nettop_owner now;

	read_process(&now, task);
	after = (const __u64 *)&now;
	for (__u32 i = 0; i < sizeof(now) / sizeof(__u64); i++)
		if (before[i] != after[i])
			return true;
	return false;
}

/* A process with a socket that is another's: only once that is settled. */
static __always_inline void add_holder(__u64 cookie, const struct nettop_owner *owner,
				       struct nettop_status *s)
{
	__u32 i = s->holders++;
	struct nettop_holder *holder = bpf_map_lookup_elem(&holders, &i);

	if (!holder)
		return;
	holder->cookie = cookie;
	holder->owner = *owner;
}

/* The owner that this scan found was not the first. */
static __always_inline void prefer_older(struct tracked *t, __u64 cookie,
					 struct task_struct *task, struct nettop_status *s)
{
	struct nettop_owner younger = t->owner;

	if (!t->was_found || task->group_leader->start_boottime >= younger.start_ns)
		return;
	give(t, cookie, task, NETTOP_OWNER_SCAN);
	if (s->scan_assigns)
		add_holder(cookie, &younger, s);
}

static __always_inline void confirm(struct tracked *t, __u64 cookie, struct task_struct *task,
				    struct nettop_status *s)
{
	bool holds = is_process(&t->owner, task);

	if (t->scan == s->scan) {
		prefer_older(t, cookie, task, s);
		return;
	}
	if (!holds && !s->scan_assigns)
		return;
	if (!holds || t->owner_source == NETTOP_OWNER_LISTENER)
		give(t, cookie, task, NETTOP_OWNER_SCAN);
	else if (changed_since(&t->owner, task))
		give(t, cookie, task, t->owner_source);
	t->was_found = !holds;
	t->scan = s->scan;
}

#define MOST_ANCESTORS 256

/*
 * The inode of the network namespace that the kernel began with: that of its
 * first task, which every process comes from, in whatever namespaces it is.
 */
static __always_inline __u32 initial_netns(void)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	for (int i = 0; i < MOST_ANCESTORS; i++) {
		if (!BPF_CORE_READ(task, tgid))
			return BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
		task = BPF_CORE_READ(task, real_parent);
	}
	return 0;
}

SEC("iter/task_file")
int scan_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct nettop_status *s = status_of();
	struct socket *socket;
	struct tracked *t;
	struct sock *sk;
	__u64 cookie;

	if (!task || !file || !s)
		return 0;
	s->scanner = bpf_get_current_task_btf()->tgid;
	if (!s->host_netns)
		s->host_netns = initial_netns();
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk || !worth_tracking(sk))
		return 0;
	cookie = key_of(sk);
	t = slot_at(find(cookie));
	if (!t) {
		track_found(sk, cookie, task);
		return 0;
	}
	confirm(t, cookie, task, s);
	if (s->scan_assigns && !is_process(&t->owner, task)) {
		struct nettop_owner holder;

		read_process(&holder, task);
		add_holder(cookie, &holder, s);
	}
	return 0;
}

/* The parent of a subflow, which no iterator shows. It has no file. */
static __always_inline void scan_parent(struct tcp_sock *tp)
{
	struct sock *parent = parent_of(tp);
	struct tracked t = {
		.cookie = parent_key(tp),
		.socket = parent,
		.kind = KIND_MPTCP,
	};

	if (t.cookie && find(t.cookie) < 0 &&
	    BPF_CORE_READ(parent, __sk_common.skc_state) != TCP_CLOSE)
		insert_found(&t, !is_join(tp));
}

/* Gives a connection that waits in the queue of a listener the owner of that. */
__noinline int give_waiting(__u64 child, __u32 slot)
{
	struct tracked *listener = slot_at(slot), *t;
	struct tcp_sock *tp = (struct tcp_sock *)child;
	__u64 cookie, key;

	if (!listener || !child)
		return 0;
	key = listener->cookie;
	cookie = parent_key(tp) ?:
		 BPF_CORE_READ((struct sock *)tp, __sk_common.skc_cookie.counter);
	t = tracked_of(cookie);
	if (!t || t->owner_source != NETTOP_OWNER_UNKNOWN || !listener->owner_source)
		return 0;
	t->owner = listener->owner;
	t->owner_source = source_of_child(listener);
	/* Either slot is another's by now. */
	if (t->cookie != cookie || listener->cookie != key)
		t->owner_source = NETTOP_OWNER_UNKNOWN;
	t->unreported = 1;
	return 0;
}

/* What is looked at of the queue of one listener. The default bound of a queue. */
#define MOST_WAITING 4096

/*
 * Connections that nobody has accepted yet. A walk meets listeners before them, so
 * what this one finds is followed only when the next one begins.
 */
static __always_inline void scan_queue(struct tcp_sock *tp)
{
	struct inet_connection_sock *icsk = (struct inet_connection_sock *)tp;
	struct nettop_status *s = status_of();
	struct request_sock *request;
	int slot;

	request = BPF_CORE_READ(icsk, icsk_accept_queue.rskq_accept_head);
	slot = find(listener_key((struct sock *)tp));
	if (!s || !request || slot < 0)
		return;
	for (int i = 0; i < MOST_WAITING && request; i++) {
		give_waiting((__u64)BPF_CORE_READ(request, sk), slot);
		request = BPF_CORE_READ(request, dl_next);
		s->waiting++;
	}
}

/* Sockets without a file: not accepted yet, closed by the process, the kernel's own. */
SEC("iter/tcp")
int scan_namespace(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct tcp_sock *tp;
	__u64 cookie;

	if (!common)
		return 0;
	/* None for TIME_WAIT and SYN_RECV, which are no full sockets. */
	tp = bpf_skc_to_tcp_sock(common);
	if (!tp || !worth_tracking((struct sock *)tp))
		return 0;
	scan_parent(tp);
	if (common->skc_state == TCP_LISTEN)
		scan_queue(tp);
	if (is_inner_listener((struct sock *)tp))
		return 0;
	cookie = bpf_get_socket_cookie(tp);
	if (find(cookie) < 0)
		track_found((struct sock *)tp, cookie, 0);
	return 0;
}

/* Sockets of UDP without a file are the kernel's own. */
SEC("iter/udp")
int scan_udp(struct bpf_iter__udp *ctx)
{
	struct udp_sock *up = ctx->udp_sk;
	struct sock *sk = (struct sock *)up;
	__u64 cookie;

	if (!up || !worth_tracking(sk))
		return 0;
	cookie = bpf_get_socket_cookie(up);
	if (find(cookie) < 0)
		track_found(sk, cookie, 0);
	return 0;
}
