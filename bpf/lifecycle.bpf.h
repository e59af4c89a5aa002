/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* From a socket's opening to its end. Runs when a connection changes state. */
#pragma once

static __always_inline void count_full(void)
{
	struct nettop_status *s = status_of();

	if (s)
		__sync_fetch_and_add(&s->table_full, 1);
}

static __always_inline void track(const struct tracked *t)
{
	forget_end(t->cookie);
	if (!insert(t))
		count_full();
}

/* As `track`, of a socket that others can find at the same time. */
static __always_inline int track_once(const struct tracked *t)
{
	int claim;

	forget_end(t->cookie);
	claim = insert_once(t);
	if (claim == CLAIM_FULL)
		count_full();
	return claim;
}

/*
 * User space reads the ends at every pass, and is woken only when they pile up
 * before it: a wake-up costs ten times as much as the record.
 */
static __always_inline __u64 wakeup(void)
{
	__u64 waiting = bpf_ringbuf_query(&ended, BPF_RB_AVAIL_DATA);

	return waiting - config.wakeup_bytes < 16 * sizeof(struct nettop_record) ?
		       BPF_RB_FORCE_WAKEUP :
		       BPF_RB_NO_WAKEUP;
}

/*
 * Keeps the addresses of a connection until its first record, for an end that no
 * program sees: until then nobody else has them. Their place is that of marks.
 */
static __always_inline void note_addresses(struct tracked *t, struct sock *sk)
{
	struct sock_common *common = &sk->__sk_common;

	if (t->kind == KIND_MPTCP || !common->skc_dport)
		return;
	t->is_v6 = common->skc_family == AF_INET6;
	if (t->is_v6) {
		for (int i = 0; i < 4; i++)
			t->address[i] = common->skc_v6_daddr.in6_u.u6_addr32[i];
	} else {
		t->address[0] = common->skc_rcv_saddr;
		t->address[1] = common->skc_daddr;
	}
	t->local_port = common->skc_num;
	t->remote_port = common->skc_dport;
	t->netns = common->skc_net.net->ns.inum;
}

/*
 * Tells the end of a connection that no program saw, and frees its slot: of what
 * the slot knows, as the memory of the socket is another's.
 */
__noinline int tell_unseen(__u32 slot, __u64 cookie)
{
	struct nettop_status *s = status_of();
	struct tracked *t = slot_at(slot);
	struct nettop_record *r = 0;
	bool is_known;
	__u8 kind;

	if (!s || !t || t->cookie != cookie)
		return 0;
	kind = t->kind;
	/* User space has the addresses, or they are here. */
	is_known = t->has_record || t->remote_port;
	if (is_known)
		r = bpf_ringbuf_reserve(&ended, sizeof(*r), 0);
	if (r) {
		__builtin_memset(r, 0, sizeof(*r));
		r->cookie = cookie;
		r->time_ns = bpf_ktime_get_boot_ns();
		r->state = TCP_CLOSE;
		r->close_reason = NETTOP_CLOSE_UNKNOWN;
		read_tracked(r, t, false);
		r->flags |= NETTOP_FLAG_UNSEEN;
		if (!t->has_record) {
			r->family = t->is_v6 ? AF_INET6 : AF_INET;
			if (t->is_v6) {
				__builtin_memcpy(r->remote_address, t->address, 16);
			} else {
				__builtin_memcpy(r->local_address, &t->address[0], 4);
				__builtin_memcpy(r->remote_address, &t->address[1], 4);
			}
			r->local_port = t->local_port;
			r->remote_port = bpf_ntohs(t->remote_port);
			r->netns = t->netns;
		}
	}
	if (!release(slot, cookie)) {
		if (r)
			bpf_ringbuf_discard(r, BPF_RB_NO_WAKEUP);
		return 0;
	}
	if (r) {
		__sync_fetch_and_add(&s->ends_unseen, 1);
		bpf_ringbuf_submit(r, wakeup());
	} else if (is_known) {
		__sync_fetch_and_add(&s->ended_full, 1);
	} else if (kind == KIND_MPTCP) {
		__sync_fetch_and_add(&s->ends_gone, 1);
	}
	return 0;
}

/* Of an earlier connection of a socket, or of one that had its address before. */
static __always_inline void tell_replaced(__u64 cookie)
{
	int slot = find(cookie);

	if (slot >= 0)
		tell_unseen(slot, cookie);
}

/* The process called connect or listen. */
static __always_inline void opened_by_process(struct sock *sk, __u8 direction, __u8 source)
{
	/* Before it gets one: a socket without a cookie had no connection before. */
	bool is_new = !sk->__sk_common.skc_cookie.counter;
	struct tracked t = {
		.cookie = key_of(sk),
		.socket = sk,
		.opened_ns = bpf_ktime_get_boot_ns(),
		.direction = direction,
	};
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (is_inner_listener(sk))
		return;
	classify(&t, sk);
	/* A restored connection (TCP_REPAIR) has had its handshake elsewhere. */
	if (tp && direction == NETTOP_DIRECTION_OUT)
		t.sends_syn = 1 ^ BPF_CORE_READ_BITFIELD(tp, repair);
	if (t.kind == KIND_SUBFLOW)
		inherit_from_parent(&t);
	else if (is_of_kernel(sk))
		t.owner_source = NETTOP_OWNER_KERNEL;
	else if (read_current(&t.owner))
		t.owner_source = source;
	note_addresses(&t, sk);
	if (!is_new || t.kind == KIND_MPTCP)
		tell_replaced(t.cookie);
	if (t.kind == KIND_MPTCP)
		track_once(&t);
	else
		track(&t);
}

/*
 * The listener that `child` was cloned from. At this moment the child is still
 * a copy: a list head that is empty in every listener points at the listener's
 * own. Only a hint, as its cookie is looked up.
 */
static __always_inline struct sock *listener_of(struct tcp_sock *child)
{
	return (void *)child->tsorted_sent_queue.next -
	       bpf_core_field_offset(struct tcp_sock, tsorted_sent_queue);
}

/* What a listener is followed by: of MPTCP, by the socket that the process has. */
static __always_inline __u64 listener_key(struct sock *listener)
{
	__u64 parent = parent_key((struct tcp_sock *)listener);

	return parent ?: BPF_CORE_READ(listener, __sk_common.skc_cookie.counter);
}

/*
 * A handshake is complete and its socket made. Whoever runs now only happens
 * to; the process that will accept it is most likely that of the listener.
 */
static __always_inline void cloned(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct tracked *listener;
	struct embryo *embryo;
	struct sock *parent;
	__u32 zero = 0;

	embryo = bpf_map_lookup_elem(&embryos, &zero);
	if (!tp || !embryo)
		return;
	embryo->socket = sk;
	embryo->owner_source = NETTOP_OWNER_UNKNOWN;
	parent = listener_of(tp);
	embryo->listener = listener_key(parent);
	embryo->slot = find(embryo->listener);
	listener = slot_at(embryo->slot);
	if (listener && listener->owner_source) {
		embryo->owner = listener->owner;
		embryo->owner_source = source_of_child(listener);
	}
	if (BPF_CORE_READ((struct inet_connection_sock *)parent,
			  icsk_accept_queue.fastopenq.max_qlen))
		bpf_map_update_elem(&early, &sk, embryo, BPF_ANY);
}

/* What `cloned` found of a socket. */
static __always_inline struct embryo *embryo_of(struct sock *sk)
{
	__u32 zero = 0;
	struct embryo *embryo = bpf_map_lookup_elem(&embryos, &zero), *entry;

	if (!embryo || embryo->socket == sk)
		return embryo;
	entry = bpf_map_lookup_elem(&early, &sk);
	if (!entry)
		return 0;
	/* The kernel uses the entry for another socket as soon as it needs one. */
	*embryo = *entry;
	if (*(struct sock *volatile *)&entry->socket != sk)
		embryo->socket = 0;
	return embryo->socket == sk ? embryo : 0;
}

/*
 * Counts a connection for its listener. Only once it is established: of two
 * sockets that one handshake made on two CPUs, one is thrown away.
 */
static __always_inline void count_accepted(const struct embryo *embryo)
{
	struct tracked *listener = slot_at(embryo->slot);

	if (!listener || listener->cookie != embryo->listener)
		return;
	/*
	 * Who reads it clears the mark first. An addition whose result is used is
	 * ordered before what follows.
	 */
	if (__sync_fetch_and_add(&listener->accepted, 1) + 1)
		listener->unreported = 1;
}

/*
 * The same socket, now with its addresses. Before, many kernels still take its
 * cookie away again. One that connected, and met a peer that did so too, is
 * followed already.
 */
static __always_inline void opened_by_peer(struct sock *sk)
{
	struct tracked t = {
		.cookie = bpf_get_socket_cookie(sk),
		.socket = sk,
		.opened_ns = bpf_ktime_get_boot_ns(),
		.direction = NETTOP_DIRECTION_IN,
	};
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct embryo *embryo;

	if (!tp || find(t.cookie) >= 0)
		return;
	classify(&t, sk);
	/* SYN-ACKs that were sent again for it count among its segments. */
	t.retrans = tp->total_retrans;
	t.syn_retrans = t.retrans;
	embryo = embryo_of(sk);
	if (embryo) {
		if (embryo->owner_source && !t.parent) {
			t.owner = embryo->owner;
			t.owner_source = embryo->owner_source;
		}
		if (!t.parent || !is_join((struct tcp_sock *)sk))
			count_accepted(embryo);
	}
	if (t.parent)
		inherit_from_parent(&t);
	note_addresses(&t, sk);
	track(&t);
}

/*
 * The MPTCP connection that an incoming subflow opens, while that subflow is
 * the embryo of this CPU. Its addresses follow in a moment.
 */
static __always_inline void parent_opened_by_peer(struct sock *sk)
{
	struct tracked t = {
		.cookie = mptcp_key(sk),
		.socket = sk,
		.opened_ns = bpf_ktime_get_boot_ns(),
		.direction = NETTOP_DIRECTION_IN,
		.kind = KIND_MPTCP,
	};
	__u32 zero = 0;
	struct embryo *embryo = bpf_map_lookup_elem(&embryos, &zero);

	if (embryo && embryo->owner_source) {
		t.owner = embryo->owner;
		t.owner_source = embryo->owner_source;
	}
	tell_replaced(t.cookie);
	track_once(&t);
}

/*
 * Whether the current process closes a socket as one that has it. Who scans holds
 * each file for a moment, and closes what was closed meanwhile.
 */
static __always_inline bool is_closer(struct task_struct *task)
{
	struct nettop_status *s = status_of();

	return s && s->scanner != task->tgid && !(task->flags & PF_KTHREAD);
}

/*
 * The process shuts the connection down: one that certainly holds it. It is the
 * owner from now on, also where another one accepted the connection or was found
 * with it: that one has passed it on, as a server does to a child. Who connected
 * stays the owner: what it shares with its children is its own.
 */
static __always_inline void closing(struct sock *sk)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct tracked *t = slot_at(find(key_of(sk)));

	/* What happens to a subflow is the kernel's doing. */
	if (!t || t->kind == KIND_SUBFLOW || !is_closer(task))
		return;
	switch (t->owner_source) {
	case NETTOP_OWNER_UNKNOWN:
	case NETTOP_OWNER_LISTENER:
		break;
	case NETTOP_OWNER_ACCEPT:
	case NETTOP_OWNER_SCAN:
		if (is_process(&t->owner, task) || is_executed_child(&t->owner, task))
			return;
		break;
	default:
		return;
	}
	read_process(&t->owner, task);
	t->owner_source = NETTOP_OWNER_CLOSE;
	t->unreported = 1;
}

/*
 * Whether the call of connect itself failed, after the kernel had announced
 * SYN_SENT and before it sent one: no free port, or the pair of addresses is
 * taken. The socket layer learns of an attempt when that call returns.
 */
static __always_inline bool never_sent(struct sock *sk, int oldstate)
{
	struct socket *socket = sk->sk_socket;

	return oldstate == TCP_SYN_SENT && sk->sk_err == 0 && socket &&
	       socket->state == SS_UNCONNECTED;
}

static __always_inline __u8 close_reason(struct sock *sk, int error, int oldstate,
					 bool is_subflow)
{
	switch (error) {
	case 0:
		break;
	case EPIPE:
	case ECONNRESET:
		return NETTOP_CLOSE_RESET;
	case ETIMEDOUT:
		return NETTOP_CLOSE_TIMEOUT;
	case ECONNREFUSED:
		return NETTOP_CLOSE_REFUSED;
	case ENETUNREACH:
	case EHOSTUNREACH:
		return NETTOP_CLOSE_UNREACHABLE;
	case ECONNABORTED:
		return NETTOP_CLOSE_ABORTED;
	default:
		/* ICMP has many words for it. */
		return oldstate == TCP_SYN_SENT ? NETTOP_CLOSE_UNREACHABLE : NETTOP_CLOSE_UNKNOWN;
	}
	switch (oldstate) {
	case TCP_SYN_SENT:
		/* The kernel connects a subflow without its socket layer. */
		return !is_subflow && never_sent(sk, oldstate) ? NETTOP_CLOSE_FAILED :
								 NETTOP_CLOSE_CANCELLED;
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
	case TCP_LISTEN:
		return NETTOP_CLOSE_FIN;
	default:
		/* Ended with no FIN of ours acknowledged: this end sent a reset. */
		return NETTOP_CLOSE_RESET;
	}
}

/*
 * Whether the current process ends the connection by a call of its own: the
 * socket is locked by a process, and not by the one that runs `ss -K`.
 */
static __always_inline bool aborted_by_holder(struct sock *sk, int oldstate)
{
	return sk->sk_lock.owned && sk->sk_err == 0 && oldstate != TCP_LISTEN;
}

/* Adds to the end of a connection whose final record has been handed over. */
static __always_inline void amend(__u64 cookie, __u8 flags, __u32 reset_reason, __u16 error)
{
	struct nettop_amendment *a = bpf_ringbuf_reserve(&ended, sizeof(*a), 0);

	if (!a)
		return;
	a->cookie = cookie;
	a->reset_reason = reset_reason;
	a->error = error;
	a->flags = flags;
	a->reserved = 0;
	bpf_ringbuf_submit(a, BPF_RB_NO_WAKEUP);
}

/*
 * An attempt that this end gave up can have had an answer by ICMP. The kernel has
 * it in sk_err_soft until its process asks for it.
 */
static __always_inline void add_answer(struct nettop_record *r, struct sock *sk,
				       const struct tracked *t)
{
	int error = sk->sk_err_soft;

	if (!error && t)
		error = t->error;
	if (!error)
		return;
	r->error = error;
	r->close_reason = error == ECONNREFUSED ? NETTOP_CLOSE_REFUSED : NETTOP_CLOSE_UNREACHABLE;
}

static __always_inline void ended_now(struct sock *sk, int oldstate)
{
	__u64 cookie = key_of(sk);
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);
	struct nettop_record *r;
	struct tracked *t;
	int error = sk->sk_err, slot;

	if (is_inner_listener(sk))
		return;
	if (aborted_by_holder(sk, oldstate))
		closing(sk);
	note_end(cookie);
	slot = find(cookie);
	t = slot_at(slot);
	if (t && t->kind == KIND_SUBFLOW) {
		inherit_from_parent(t);
		pass_on_error(t, error);
	} else if (t && t->kind == KIND_MPTCP) {
		bequeath(sk, t);
		error = error ?: t->error;
	}
	r = bpf_ringbuf_reserve(&ended, sizeof(*r), 0);
	if (!r) {
		struct nettop_status *s = status_of();

		/* First: who sees the count looks for what it left. */
		forget(slot, cookie);
		if (s)
			__sync_fetch_and_add(&s->ended_full, 1);
		return;
	}
	r->cookie = cookie;
	r->time_ns = bpf_ktime_get_boot_ns();
	r->state = TCP_CLOSE;
	r->close_reason = close_reason(sk, error, oldstate, t && t->kind == KIND_SUBFLOW);
	r->error = error;
	read_tracked(r, t, oldstate == TCP_LISTEN);
	r->protocol = sk->sk_protocol;
	if (tp)
		read_addresses(r, &tp->inet_conn.icsk_inet, true);
	else
		read_addresses(r, (struct inet_sock *)sk, false);
	if (r->close_reason == NETTOP_CLOSE_CANCELLED)
		add_answer(r, sk, t);
	if (oldstate == TCP_SYN_SENT) {
		r->direction = NETTOP_DIRECTION_OUT;
		r->flags |= NETTOP_FLAG_NEVER_ESTABLISHED;
	} else if (oldstate == TCP_SYN_RECV && r->direction == NETTOP_DIRECTION_OUT) {
		/* The peer connected at the same time. */
		r->flags |= NETTOP_FLAG_NEVER_ESTABLISHED;
	}
	if (tp && r->close_reason == NETTOP_CLOSE_FAILED) {
		__u64 task = bpf_get_current_pid_tgid();

		/* No local port: none was free. Any other error only its caller is told. */
		if (!r->local_port)
			r->error = EADDRNOTAVAIL;
		if (config.features & NETTOP_FEATURE_CONNECT_RESULT)
			bpf_map_update_elem(&attempts, &task, &cookie, BPF_ANY);
	}
	if (tp)
		read_counters(r, tp, t, oldstate, true);
	else
		read_mptcp(r, sk);
	/*
	 * A process may have it, and close it: see `destroyed`. One that no process has
	 * any more is freed at once, whoever runs now.
	 */
	if (tp && oldstate != TCP_LISTEN && t && t->kind == KIND_TCP &&
	    !(sk->__sk_common.skc_flags >> SOCK_DEAD & 1) &&
	    (t->owner_source == NETTOP_OWNER_LISTENER || t->owner_source == NETTOP_OWNER_UNKNOWN))
		note_unclosed(cookie);
	/* Before the record can be read: no pass may report the socket after it. */
	forget(slot, cookie);
	bpf_ringbuf_submit(r, wakeup());
}

/*
 * The kernel frees what a connection had. Where the peer or a timer has ended it,
 * that is when its process closes it: which tells whose it was, if nobody knew.
 */
SEC("?tp_btf/tcp_destroy_sock")
int BPF_PROG(destroyed, struct sock *sk)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 cookie = sk->__sk_common.skc_cookie.counter;
	struct nettop_holder *closer;

	if (!take_unclosed(cookie) || !is_closer(task))
		return 0;
	closer = bpf_ringbuf_reserve(&ended, sizeof(*closer), 0);
	if (!closer)
		return 0;
	closer->cookie = cookie;
	read_process(&closer->owner, task);
	bpf_ringbuf_submit(closer, BPF_RB_NO_WAKEUP);
	return 0;
}

/* Changes of state that processes make. */
static __always_inline void changed_by_process(struct sock *sk, int oldstate, int newstate)
{
	switch (newstate) {
	case TCP_SYN_SENT:
		opened_by_process(sk, NETTOP_DIRECTION_OUT, NETTOP_OWNER_CONNECT);
		break;
	case TCP_LISTEN:
		opened_by_process(sk, NETTOP_DIRECTION_UNKNOWN, NETTOP_OWNER_LISTEN);
		break;
	case TCP_ESTABLISHED:
		/* Restored by a process (TCP_REPAIR), without a handshake. */
		if (oldstate == TCP_CLOSE)
			opened_by_process(sk, NETTOP_DIRECTION_UNKNOWN, NETTOP_OWNER_CONNECT);
		break;
	case TCP_FIN_WAIT1:
		/* Of TCP Fast Open, before the handshake was complete. */
		if (oldstate == TCP_SYN_RECV)
			opened_by_peer(sk);
		closing(sk);
		break;
	case TCP_LAST_ACK:
		closing(sk);
		break;
	}
}

/* Changes of state that packets and timers make. */
static __always_inline void changed_by_packet(struct sock *sk, int oldstate, int newstate)
{
	switch (newstate) {
	case TCP_SYN_RECV:
		if (oldstate == TCP_LISTEN)
			cloned(sk);
		break;
	case TCP_ESTABLISHED:
		/* An MPTCP socket is cloned in this state, or gets to it from SYN_RECV. */
		if (oldstate != TCP_SYN_RECV && oldstate != TCP_LISTEN)
			break;
		if (sk->sk_protocol == IPPROTO_MPTCP)
			parent_opened_by_peer(sk);
		else
			opened_by_peer(sk);
		break;
	case TCP_CLOSE:
		ended_now(sk, oldstate);
		break;
	}
}
