/* libbpf, and what else Swift cannot import. */
#pragma once

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ECONNREFUSED for 111: of glibc 2.32, which declares it for _GNU_SOURCE only. */
extern const char *strerrorname_np(int error);
