#pragma once

#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How often in a row one thread tries to create another before that is a shortage.
enum { THREAD_ATTEMPTS = 5 };

/// Makes a thread as `pthread_create` does, for a caller that can do without it: its failure is no
/// shortage.
int thread_try_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument);

/// Says what to do when the system refuses a thread that is needed; the handler may end the process.
///
/// libdispatch tries again every second, for good, and the program hangs meanwhile. So this is
/// called where one thread has tried `THREAD_ATTEMPTS` times in a row.
void threads_on_shortage(void (*handler)(void));

#ifdef __cplusplus
}
#endif
