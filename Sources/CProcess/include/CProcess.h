#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What Swift's runtime and library leave to C: how the process began, the rights of the process and
// of one thread, and what Swift's Glibc does not declare of files and of loaded code.

/// The arguments as the kernel handed them over, the program's name first; `*count` of them.
/// Swift's own `CommandLine` reads `/proc/self/cmdline`, which may not be there.
///
/// Before `main`, descriptors 0 to 2 that were closed have been opened so that nothing else takes
/// their numbers. They cannot be used for what they are for: reading from 0 and writing to 1 and 2
/// fail with EBADF, as if they were closed still.
char *const *process_arguments(int *count);

/// Leaves in an environment, a list that NULL ends, only the variables that nettop has a use for.
///
/// If the program has rights that its caller lacks, that is done before any library runs.
void environment_reduce(char **environment);

/// Whether the program has rights that its caller lacks: from capabilities of its file, or because it
/// is set-user-ID (AT_SECURE). Never for root.
bool rights_are_raised(void);

/// Gives up all capabilities but `kept`, a set with a bit for each, in every set of the calling thread;
/// no program that it executes gains rights. Threads that it makes later inherit that.
///
/// Returns 0, or an `errno`; as much is given up as is possible then.
int rights_reduce(uint64_t kept);

/// Has the kernel refuse, with EPERM, system calls that could change the host or gain rights and that
/// nettop needs no more once it traces, in all threads and for good.
///
/// Returns 0, or an `errno` where the kernel has no such filters.
int calls_refuse(void);

/// Gives the calling thread, and no other, the rights that a user has to files: the user's IDs, and
/// no capability at all. It cannot take them back, so the thread should end soon.
///
/// `groups` are the supplementary groups; NULL keeps those of the process.
/// Returns 0, or an `errno`.
int rights_assume(uid_t user, gid_t group, const gid_t *groups, size_t count);

/// Gives back the pages of code and constants that are in memory, of the executable and of its
/// libraries. What is still used comes back from the kernel's cache of the files as it is touched; the
/// kernel maps sixteen pages where one is.
void code_release(void);

/// Opens an entry of a directory only to look at it (O_PATH), a link itself; `directory` may be
/// AT_FDCWD. Returns -1 with `errno`.
int open_to_look(int directory, const char *name);

/// When an open file was made, in seconds since 1970; -1 if its file system does not know, or the
/// kernel does not say.
int64_t file_birth(int descriptor);
