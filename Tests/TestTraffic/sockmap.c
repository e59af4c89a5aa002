/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Two sockets joined by BPF: what comes to one, or is sent to it, goes on by the other. */
#include "traffic.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static int set(int map, uint32_t key, int socket)
{
	return bpf(BPF_MAP_UPDATE_ELEM, &(union bpf_attr){ .map_fd = map,
							   .key = (uintptr_t)&key,
							   .value = (uintptr_t)&socket });
}

/* Redirects all to socket 0 of the map. */
static int load(int type, int attach, int map, int helper, int flags)
{
	const struct bpf_insn program[] = {
		/* r2 = map, r3 = key, r4 = flags; r1 is the message */
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 2, .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = map },
		{},
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 4, .imm = flags },
		{ .code = BPF_JMP | BPF_CALL, .imm = helper },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf(BPF_PROG_LOAD, &(union bpf_attr){ .prog_type = type,
						     .expected_attach_type = attach,
						     .insns = (uintptr_t)program,
						     .insn_cnt = sizeof(program) / sizeof(*program),
						     .license = (uintptr_t)"GPL" });
}

static int make_map(void)
{
	return bpf(BPF_MAP_CREATE, &(union bpf_attr){ .map_type = BPF_MAP_TYPE_SOCKMAP,
						      .key_size = 4,
						      .value_size = 4,
						      .max_entries = 2 });
}

/* The program holds sockets that are in the map by their second key. */
static void redirect(int from, int to, int type, int attach, int helper, int flags)
{
	int map = make_map(), entry = make_map(), program;

	program = map < 0 || entry < 0 ? -1 : load(type, attach, map, helper, flags);
	if (program < 0 || set(map, 0, to) < 0 ||
	    bpf(BPF_PROG_ATTACH, &(union bpf_attr){ .target_fd = entry,
						    .attach_bpf_fd = program,
						    .attach_type = attach }) < 0 ||
	    set(entry, 0, from) < 0)
		answer_errno();
	else
		answer("0");
}

/* redirect-received FROM TO: what comes to one is sent by the other (sk_skb) */
void redirect_received(int count, char **words)
{
	redirect(number(count, words, 1), number(count, words, 2), BPF_PROG_TYPE_SK_SKB,
		 BPF_SK_SKB_STREAM_VERDICT, BPF_FUNC_sk_redirect_map, 0);
}

/* redirect-sent FROM TO [ingress]: what one sends goes out by the other, or comes to it (sk_msg) */
void redirect_sent(int count, char **words)
{
	redirect(number(count, words, 1), number(count, words, 2), BPF_PROG_TYPE_SK_MSG,
		 BPF_SK_MSG_VERDICT, BPF_FUNC_msg_redirect_map, count > 3 ? BPF_F_INGRESS : 0);
}
