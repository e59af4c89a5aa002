#define _GNU_SOURCE
#include "CThreads.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>

typedef int create_thread(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

static _Atomic(create_thread *) system_create;
static void (*_Atomic shortage_handler)(void);
static _Thread_local int failures;
static _Thread_local bool is_optional;

// Takes the place of libc's for the whole program, as nothing else tells that libdispatch waits for
// a thread.
int pthread_create(
    pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*body)(void *),
    void *restrict argument)
{
	create_thread *create = atomic_load(&system_create);
	if (!create) {
		create = (create_thread *)dlsym(RTLD_NEXT, "pthread_create");
		if (!create)
			return EAGAIN;
		atomic_store(&system_create, create);
	}
	int code = create(thread, attributes, body, argument);
	if (is_optional)
		return code;
	if (code != EAGAIN) {
		failures = 0;
	} else if (++failures >= THREAD_ATTEMPTS) {
		void (*handler)(void) = atomic_load(&shortage_handler);
		if (handler)
			handler();
	}
	return code;
}

int thread_try_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument)
{
	is_optional = true;
	int code = pthread_create(thread, attributes, body, argument);
	is_optional = false;
	return code;
}

void threads_on_shortage(void (*handler)(void))
{
	atomic_store(&shortage_handler, handler);
}
