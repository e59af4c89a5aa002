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
static volatile int pipe_end = -1;
static bool may_stop;

static void pass_on(int signal)
{
	int saved = errno;
	unsigned char byte = (unsigned char)signal;
	// A full pipe means that as much is to be done already.
	ssize_t written = write(pipe_end, &byte, 1);
	(void)written;
	errno = saved;
}

int terminal_signals_begin(void)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	pipe_end = ends[1];

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
	int end = pipe_end;
	pipe_end = -1;
	close(end);
	may_stop = false;
}

void terminal_stop(bool whole_group)
{
	if (!may_stop)
		return;
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction standard = {.sa_handler = SIG_DFL};
	struct sigaction stop, go_on;
	sigset_t set, mask;

	// Whoever called this repaints, so SIGCONT need not tell.
	sigaction(SIGCONT, &standard, &go_on);
	// A signal for the process stops it at some later time, perhaps when it has been continued
	// already. So the others are stopped first, and then this thread stops the process itself, which
	// takes effect before `raise` returns.
	sigaction(SIGTSTP, &ignore, &stop);
	if (whole_group)
		kill(0, SIGTSTP);
	sigaction(SIGTSTP, &standard, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	pthread_sigmask(SIG_UNBLOCK, &set, &mask);
	raise(SIGTSTP);

	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGTSTP, &stop, NULL);
	sigaction(SIGCONT, &go_on, NULL);
}
