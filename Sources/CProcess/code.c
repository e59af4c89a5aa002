#define _GNU_SOURCE
#include "CProcess.h"

#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static int release(struct dl_phdr_info *object, size_t size, void *context)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)context;
	for (int index = 0; index < object->dlpi_phnum; index++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
		// One that is written has what no file has, if only the addresses of what was loaded.
		if (segment->p_type != PT_LOAD || segment->p_flags & PF_W)
			continue;

		const uintptr_t start = object->dlpi_addr + segment->p_vaddr;
		const uintptr_t first = (start + page - 1) & ~(page - 1);
		const uintptr_t end = (start + segment->p_memsz) & ~(page - 1);
		if (first < end)
			madvise((void *)first, end - first, MADV_DONTNEED);
	}
	return 0;
}

void code_release(void)
{
	dl_iterate_phdr(release, NULL);
}
