#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef SYS_setgroups32
#define SET_GROUPS SYS_setgroups32
#else
#define SET_GROUPS SYS_setgroups
#endif

bool rights_are_raised(void)
{
	return getauxval(AT_SECURE) != 0 && getuid() != 0;
}

int rights_reduce(uint64_t kept)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
	int outcome = 0;

	// Each step holds without the others. Programs that are executed gain nothing by the first, and
	// inherit nothing by the next two. Only who has CAP_SETPCAP may reduce the bounding set.
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		outcome = errno;
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
		if (!(kept >> capability & 1))
			prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
	}

	if (syscall(SYS_capget, &header, sets) != 0)
		return errno;
	for (int half = 0; half < _LINUX_CAPABILITY_U32S_3; half++) {
		__u32 allowed = (__u32)(kept >> 32 * half);
		sets[half].permitted &= allowed;
		sets[half].effective &= allowed;
		sets[half].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, sets) != 0)
		return errno;
	return outcome;
}

int rights_assume(uid_t user, gid_t group, const gid_t *groups, size_t count)
{
	// The system calls themselves act on one thread; what glibc makes of setgroups acts on all.
	if (groups && syscall(SET_GROUPS, count, groups) != 0)
		return errno;
	// These return what they found rather than an error, and an invalid ID changes nothing.
	setfsgid(group);
	if ((gid_t)setfsgid((gid_t)-1) != group)
		return EPERM;
	setfsuid(user);
	if ((uid_t)setfsuid((uid_t)-1) != user)
		return EPERM;

	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
	if (syscall(SYS_capset, &header, none) != 0)
		return errno;
	return 0;
}

int open_to_look(int directory, const char *name)
{
	return openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}
