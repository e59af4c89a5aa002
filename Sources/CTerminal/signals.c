#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static const int watched[] = {SIGTSTP, SIGCONT, SIGWINCH};
enum { WATCHED = sizeof(watched) / sizeof(watched[0]) };

static struct sigaction previous[WATCHED];
// Made once and never closed: a handler may be about to write at any time.
static int ends[2] = {-1, -1};
static bool may_stop;

static void pass_on(int signal)
{
	int saved = errno;
	unsigned char byte = (unsigned char)signal;
	// A full pipe means that as much is to be done already.
	ssize_t written = write(ends[1], &byte, 1);
	(void)written;
	errno = saved;
}

void terminal_signals_wake(void)
{
	pass_on(0);
}

int terminal_signals_begin(void)
{
	if (ends[0] < 0 && pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	unsigned char old[64];
	while (read(ends[0], old, sizeof(old)) > 0)
		;

	struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
	// Nothing is blocked meanwhile: a thread stopped in the handler would keep SIGCONT for later.
	sigemptyset(&action.sa_mask);
	for (int i = 0; i < WATCHED; i++) {
		sigaction(watched[i], NULL, &previous[i]);
		bool is_ignored = watched[i] == SIGTSTP && previous[i].sa_handler == SIG_IGN;
		if (watched[i] == SIGTSTP)
			may_stop = !is_ignored;
		if (!is_ignored)
			sigaction(watched[i], &action, NULL);
	}
	return ends[0];
}

void terminal_signals_end(void)
{
	for (int i = 0; i < WATCHED; i++) {
		struct sigaction current;
		if (sigaction(watched[i], NULL, &current) == 0 && current.sa_handler == pass_on)
			sigaction(watched[i], &previous[i], NULL);
	}
	may_stop = false;
}

void terminal_thread_begin(void)
{
	static const int own[] = {
	    SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS, SIGTTIN, SIGTTOU,
	};
	sigset_t others;
	sigfillset(&others);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&others, own[i]);
	pthread_sigmask(SIG_BLOCK, &others, NULL);
	crash_guard_cover_thread();
}

// Stops the process by a signal that takes effect before this returns, as one for the process need
// not.
static void stop_by(int signal)
{
	struct sigaction standard = {.sa_handler = SIG_DFL}, action;
	sigset_t set, mask;

	sigaction(signal, &standard, &action);
	sigemptyset(&set);
	sigaddset(&set, signal);
	pthread_sigmask(SIG_UNBLOCK, &set, &mask);
	raise(signal);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	sigaction(signal, &action, NULL);
}

void terminal_await_foreground(int terminal)
{
	// A job that nobody can continue is not stopped: then there is no use in trying for ever.
	for (int i = 0; i < 100; i++) {
		pid_t foreground = tcgetpgrp(terminal);
		if (foreground < 0 || foreground == getpgrp())
			return;
		stop_by(SIGTTOU);
	}
}

void terminal_stop(int terminal, bool whole_group)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction standard = {.sa_handler = SIG_DFL};
	struct sigaction stop, go_on;

	if (!may_stop)
		return;
	// Whoever called this repaints, so SIGCONT need not tell.
	sigaction(SIGCONT, &standard, &go_on);
	if (whole_group) {
		// The others first: a SIGTSTP for the group could reach us when we have been continued.
		sigaction(SIGTSTP, &ignore, &stop);
		kill(0, SIGTSTP);
		sigaction(SIGTSTP, &stop, NULL);
	}
	stop_by(SIGTSTP);
	terminal_await_foreground(terminal);
	sigaction(SIGCONT, &go_on, NULL);
}
