#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef SYS_setgroups32
#define SET_GROUPS SYS_setgroups32
#else
#define SET_GROUPS SYS_setgroups
#endif

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
