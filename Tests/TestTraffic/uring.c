/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* io_uring by its system calls: one operation after the other. */
#include "traffic.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 4

static struct {
	int fd;
	struct io_uring_sqe *entries;
	uint32_t *tail, *mask, *array;
	uint32_t *done_head, *done_tail, *done_mask;
	struct io_uring_cqe *done;
} ring = { .fd = -1 };

static int set_up(void)
{
	struct io_uring_params setup = {};
	char *queue, *done;

	if (ring.fd >= 0)
		return 0;
	ring.fd = syscall(SYS_io_uring_setup, ENTRIES, &setup);
	if (ring.fd < 0)
		return -1;
	queue = mmap(NULL, setup.sq_off.array + setup.sq_entries * sizeof(uint32_t),
		     PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQ_RING);
	done = mmap(NULL, setup.cq_off.cqes + setup.cq_entries * sizeof(struct io_uring_cqe),
		    PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_CQ_RING);
	ring.entries = mmap(NULL, setup.sq_entries * sizeof(struct io_uring_sqe),
			    PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQES);
	if (queue == MAP_FAILED || done == MAP_FAILED || ring.entries == MAP_FAILED)
		return -1;
	ring.tail = (uint32_t *)(queue + setup.sq_off.tail);
	ring.mask = (uint32_t *)(queue + setup.sq_off.ring_mask);
	ring.array = (uint32_t *)(queue + setup.sq_off.array);
	ring.done_head = (uint32_t *)(done + setup.cq_off.head);
	ring.done_tail = (uint32_t *)(done + setup.cq_off.tail);
	ring.done_mask = (uint32_t *)(done + setup.cq_off.ring_mask);
	ring.done = (struct io_uring_cqe *)(done + setup.cq_off.cqes);
	return 0;
}

/* Waits for the next thing that is done. */
static struct io_uring_cqe next_done(void)
{
	struct io_uring_cqe found;
	uint32_t head = *ring.done_head;

	while (head == __atomic_load_n(ring.done_tail, __ATOMIC_ACQUIRE))
		if (syscall(SYS_io_uring_enter, ring.fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0 &&
		    errno != EINTR)
			return (struct io_uring_cqe){ .res = -errno };
	found = ring.done[head & *ring.done_mask];
	__atomic_store_n(ring.done_head, head + 1, __ATOMIC_RELEASE);
	return found;
}

/* Has one operation done; what it returns, with errno. */
static ssize_t perform(const struct io_uring_sqe *operation)
{
	struct io_uring_cqe result;
	uint32_t tail, index;

	if (set_up() < 0)
		return -1;
	tail = *ring.tail;
	index = tail & *ring.mask;
	ring.entries[index] = *operation;
	ring.array[index] = index;
	__atomic_store_n(ring.tail, tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -1;
	result = next_done();
	/* Sent without a copy: it is told apart when the memory is free again. */
	if (result.flags & IORING_CQE_F_MORE)
		next_done();
	if (result.res < 0)
		errno = -result.res;
	return result.res < 0 ? -1 : result.res;
}

static char chunk[32768];

ssize_t uring_send(int fd, size_t bytes)
{
	return perform(&(struct io_uring_sqe){
		.opcode = IORING_OP_SEND, .fd = fd, .addr = (uintptr_t)chunk, .len = bytes });
}

ssize_t uring_send_zerocopy(int fd, size_t bytes)
{
	return perform(&(struct io_uring_sqe){
		.opcode = IORING_OP_SEND_ZC, .fd = fd, .addr = (uintptr_t)chunk, .len = bytes });
}

ssize_t uring_receive(int fd, size_t bytes)
{
	return perform(&(struct io_uring_sqe){
		.opcode = IORING_OP_RECV, .fd = fd, .addr = (uintptr_t)chunk, .len = bytes });
}

/* uring-has-send-zc: 1 or 0, whether this kernel knows that operation */
void uring_has_send_zerocopy(int count, char **words)
{
	struct io_uring_probe probe = {};

	if (set_up() < 0 || syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_PROBE,
				    &probe, 0) < 0)
		answer_errno();
	else
		answer("%d", probe.last_op >= IORING_OP_SEND_ZC);
}

/* uring-connect FD HOST PORT [async]: by this thread, or by one that the kernel makes for it */
void uring_connect(int count, char **words)
{
	struct sockaddr_storage address = {};

	if (count < 4 || parse_address(words + 2, &address) < 0 ||
	    perform(&(struct io_uring_sqe){ .opcode = IORING_OP_CONNECT,
					    .flags = count > 4 ? IOSQE_ASYNC : 0,
					    .fd = number(count, words, 1),
					    .addr = (uintptr_t)&address,
					    .off = sizeof(address) }) < 0)
		answer_errno();
	else
		answer("0");
}

/* uring-accept FD [async]: FD COOKIE */
void uring_accept(int count, char **words)
{
	int fd = perform(&(struct io_uring_sqe){ .opcode = IORING_OP_ACCEPT,
						 .flags = count > 2 ? IOSQE_ASYNC : 0,
						 .fd = number(count, words, 1) });

	if (fd < 0)
		answer_errno();
	else
		answer("%d %llu", fd, cookie_of(fd));
}
