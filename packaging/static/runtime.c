/*
 * Where the C library and Swift's runtime behave differently in a static executable. Linked with --wrap for each of
 * these functions.
 */
#include <pthread.h>
#include <string.h>

/*
 * The C library opens modules of the host for users, host names (nsswitch.conf) and character sets.
 * A module brings the host's C library with it, and two of them in one process crash. Without
 * modules, what only they know is unknown; files and DNS need none.
 */
void *__wrap___libc_dlopen_mode(const char *name, int mode);

void *__wrap___libc_dlopen_mode(const char *name, int mode)
{
	(void)name;
	(void)mode;
	return NULL;
}

/*
 * CThreads has a pthread_create of its own and asks for the next one, which no library has here. In
 * the archive it has this name too.
 */
int __pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
void *__real_dlsym(void *library, const char *name);
void *__wrap_dlsym(void *library, const char *name);

void *__wrap_dlsym(void *library, const char *name)
{
	if (strcmp(name, "pthread_create") == 0)
		return (void *)__pthread_create;
	return __real_dlsym(library, name);
}

/*
 * Swift's runtime looks for its program swift-backtrace beside the executable before main, and aborts
 * without /proc. There is none.
 */
char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name);

char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name)
{
	(void)name;
	return NULL;
}
