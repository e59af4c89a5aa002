#define _GNU_SOURCE
#include "CProcess.h"

#include <fcntl.h>
#include <sys/stat.h>

int64_t file_birth(int descriptor)
{
	struct statx status;

	if (statx(descriptor, "", AT_EMPTY_PATH, STATX_BTIME, &status) != 0 ||
	    !(status.stx_mask & STATX_BTIME))
		return -1;
	return status.stx_btime.tv_sec;
}
