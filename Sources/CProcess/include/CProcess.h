#pragma once

#include <stddef.h>
#include <sys/types.h>

// What Swift's runtime and library leave to C: how the process began, and the rights of one thread.

/// The arguments as the kernel handed them over, the program's name first; `*count` of them.
/// Swift's own `CommandLine` reads `/proc/self/cmdline`, which may not be there.
///
/// Before `main`, descriptors 0 to 2 that were closed have been opened so that nothing else takes
/// their numbers. They cannot be used for what they are for: reading from 0 and writing to 1 and 2
/// fail with EBADF, as if they were closed still.
char *const *process_arguments(int *count);

/// Gives the calling thread, and no other, the rights that a user has to files: the user's IDs, and
/// no capability at all. It cannot take them back, so the thread should end soon.
///
/// `groups` are the supplementary groups; NULL keeps those of the process.
/// Returns 0, or an `errno`.
int rights_assume(uid_t user, gid_t group, const gid_t *groups, size_t count);

/// Opens an entry of a directory only to look at it (O_PATH), a link itself; `directory` may be
/// AT_FDCWD. Returns -1 with `errno`.
int open_to_look(int directory, const char *name);
