/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Encryption by the kernel. */
#include "traffic.h"

#include <linux/tls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#ifndef TCP_ULP
#define TCP_ULP 31
#endif
#ifndef SOL_TLS
#define SOL_TLS 282
#endif

/* tls FD: both ways, with a key of zeros, which the other end has too */
void encrypt(int count, char **words)
{
	const struct tls12_crypto_info_aes_gcm_128 keys = {
		.info = { .version = TLS_1_2_VERSION, .cipher_type = TLS_CIPHER_AES_GCM_128 },
	};
	int fd = number(count, words, 1);

	if (setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", sizeof("tls")) < 0 ||
	    setsockopt(fd, SOL_TLS, TLS_TX, &keys, sizeof(keys)) < 0 ||
	    setsockopt(fd, SOL_TLS, TLS_RX, &keys, sizeof(keys)) < 0)
		answer_errno();
	else
		answer("0");
}
