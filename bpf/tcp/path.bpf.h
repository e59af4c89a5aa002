/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What a TCP connection has measured of its path, and what limits its sender. */
#pragma once

#include "core/prelude.bpf.h"
#include "core/field.bpf.h"

#include "record.h"

/* enum tcp_chrono of the kernel, less one: the indices of chrono_stat. */
enum chrono {
	CHRONO_BUSY,
	CHRONO_RWND_LIMITED,
	CHRONO_SNDBUF_LIMITED,
};

/*
 * As tcp_get_info_chrono_stats(): the period that is not over yet counts too.
 * Returns whether there is data to send.
 */
static __always_inline bool read_limits(struct nettop_record *r, struct tcp_sock *tp,
					const bool typed, const bool locked)
{
	__u32 busy, rwnd, sndbuf, start;
	__u8 type;

	/*
	 * A period that ends between the reads changes its start, so they are
	 * read again, unless the socket is locked.
	 */
	for (int i = 0; i < 2; i++) {
		start = FIELD(tp, chrono_start);
		busy = FIELD(tp, chrono_stat[CHRONO_BUSY]);
		rwnd = FIELD(tp, chrono_stat[CHRONO_RWND_LIMITED]);
		sndbuf = FIELD(tp, chrono_stat[CHRONO_SNDBUF_LIMITED]);
		type = typed ? BPF_CORE_READ_BITFIELD(tp, chrono_type) :
			       BPF_CORE_READ_BITFIELD_PROBED(tp, chrono_type);
		if (locked || FIELD(tp, chrono_start) == start)
			break;
	}
	if (type) {
		__u32 since = (__u32)bpf_jiffies64() - start;

		if (type == CHRONO_BUSY + 1)
			busy += since;
		else if (type == CHRONO_RWND_LIMITED + 1)
			rwnd += since;
		else
			sndbuf += since;
	}
	r->busy = busy + rwnd + sndbuf;
	r->rwnd_limited = rwnd;
	r->sndbuf_limited = sndbuf;
	return type;
}

/* Returns whether there is data to send. */
static __always_inline bool read_path(struct nettop_record *r, struct sock *sk,
				      struct tcp_sock *tp, const bool typed, const bool locked)
{
	struct tcp_congestion_ops *ops = FIELD(&tp->inet_conn, icsk_ca_ops);

	r->pacing_rate = FIELD(sk, sk_pacing_rate);
	r->rate_delivered = FIELD(tp, rate_delivered);
	r->rate_interval_us = FIELD(tp, rate_interval_us);
	r->rcv_rtt_us = FIELD(tp, rcv_rtt_est.rtt_us) >> 3;
	r->rcv_space = FIELD(tp, rcvq_space.space);
	r->snd_ssthresh = FIELD(tp, snd_ssthresh);
	r->lost = FIELD(tp, lost_out);
	r->reordering = FIELD(tp, reordering);
	r->delivered_ce = FIELD(tp, delivered_ce);
	r->mss = FIELD(tp, mss_cache);
	if (ops && typed)
		copy_16(r->congestion, ops->name);
	else if (ops)
		bpf_core_read(&r->congestion, sizeof(r->congestion), &ops->name);
	return read_limits(r, tp, typed, locked);
}
