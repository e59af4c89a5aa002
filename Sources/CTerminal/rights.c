#define _GNU_SOURCE
#include "CTerminal.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

static int read_capabilities(struct __user_cap_data_struct *sets)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

	return syscall(SYS_capget, &header, sets);
}

static int set_effective(uint64_t effective)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};

	if (read_capabilities(sets) != 0)
		return -1;
	sets[0].effective = effective;
	sets[1].effective = effective >> 32;
	return syscall(SYS_capset, &header, sets);
}

uint64_t terminal_rights_lower(void)
{
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
	uint64_t effective;

	// Root's files are its own to read.
	if (geteuid() == 0 || read_capabilities(sets) != 0)
		return 0;
	effective = sets[0].effective | (uint64_t)sets[1].effective << 32;
	return effective && set_effective(0) == 0 ? effective : 0;
}

void terminal_rights_raise(uint64_t lowered)
{
	if (lowered)
		set_effective(lowered);
}
