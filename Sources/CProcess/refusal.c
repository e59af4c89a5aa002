#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

// The bit of all system calls of the x32 ABI, which would be a second way to each.
#define X32 0x40000000

#define REFUSED BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define REFUSE(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), REFUSED

// Tracing goes on with bpf, perf_event_open, setns, unshare and open_by_handle_at. CAP_SYS_ADMIN, which
// setns takes, would allow many of these too. The others fail twice where capabilities were given up.
static struct sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    REFUSED,
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef __x86_64__
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1),
    REFUSED,
#endif
    // Other programs. Swift's backtracer is one: a crash leaves a core dump instead.
    REFUSE(execve),
    REFUSE(execveat),
    // Other processes.
    REFUSE(ptrace),
    REFUSE(process_vm_readv),
    REFUSE(process_vm_writev),
    REFUSE(pidfd_getfd),
    // The tree of files.
    REFUSE(mount),
    REFUSE(umount2),
    REFUSE(pivot_root),
    REFUSE(chroot),
    REFUSE(open_tree),
    REFUSE(move_mount),
    REFUSE(fsopen),
    REFUSE(fsconfig),
    REFUSE(fsmount),
    REFUSE(fspick),
    REFUSE(mount_setattr),
    // The kernel.
    REFUSE(init_module),
    REFUSE(finit_module),
    REFUSE(delete_module),
    REFUSE(kexec_load),
    REFUSE(kexec_file_load),
    REFUSE(reboot),
    REFUSE(syslog),
#ifdef __x86_64__
    REFUSE(iopl),
    REFUSE(ioperm),
#endif
    // What all of the host share.
    REFUSE(swapon),
    REFUSE(swapoff),
    REFUSE(acct),
    REFUSE(quotactl),
    REFUSE(sethostname),
    REFUSE(setdomainname),
    REFUSE(settimeofday),
    REFUSE(clock_settime),
    REFUSE(clock_adjtime),
    REFUSE(adjtimex),
    // Large parts of the kernel that nettop has no use for.
    REFUSE(add_key),
    REFUSE(request_key),
    REFUSE(keyctl),
    REFUSE(userfaultfd),
    REFUSE(io_uring_setup),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

int calls_refuse(void)
{
	struct sock_fprog program = {
	    .len = sizeof(filter) / sizeof(filter[0]),
	    .filter = filter,
	};
	// Nobody else's code runs here, so nothing is gained by the kernel's slower protection against
	// speculation, which older kernels add to a filter.
	const unsigned long flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW;

	long outcome = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	if (outcome < 0)
		return errno;
	// The number of a thread that has a filter of its own.
	return outcome == 0 ? 0 : EBUSY;
}

#else

int calls_refuse(void)
{
	return ENOSYS;
}

#endif
