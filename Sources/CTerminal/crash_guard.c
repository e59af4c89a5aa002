#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS};
enum { CRASHES = sizeof(crashes) / sizeof(crashes[0]) };

static struct sigaction previous[CRASHES];
static atomic_bool is_armed;

static struct {
	int input;
	int output;
	struct termios modes;
	size_t length;
	char reset[512];
} terminal;

// For how long a terminal may take no output, and how often it is tried meanwhile, in ms.
enum { PATIENCE = 200, STEP = 10 };

// Returns whether nothing is left to be done.
static bool write_reset(void)
{
	size_t written = 0;

	for (int waited = 0; written < terminal.length && waited < PATIENCE;) {
		ssize_t n = write(terminal.output, terminal.reset + written, terminal.length - written);
		if (n > 0) {
			written += (size_t)n;
			waited = 0;
		} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
			return true;
		} else {
			nanosleep(&(struct timespec){.tv_nsec = STEP * 1000000L}, NULL);
			waited += STEP;
		}
	}
	return written == terminal.length;
}

void terminal_put_back(void)
{
	if (!atomic_load(&is_armed))
		return;
	// A terminal that takes no output must not keep the process from ending.
	int flags = fcntl(terminal.output, F_GETFL);
	if (flags >= 0)
		fcntl(terminal.output, F_SETFL, flags | O_NONBLOCK);
	if (!write_reset()) {
		// Dropping what waits to be shown makes room. Whoever waits for that in write(2) has the
		// terminal locked; the kernel wakes it when modes are set.
		tcflush(terminal.output, TCOFLUSH);
		tcsetattr(terminal.input, TCSANOW, &terminal.modes);
		write_reset();
	}
	tcsetattr(terminal.input, TCSANOW, &terminal.modes);
	if (flags >= 0)
		fcntl(terminal.output, F_SETFL, flags);
}

static void on_crash(int signal, siginfo_t *info, void *context)
{
	(void)context;
	// Two threads may crash at once; doing it twice does no harm.
	terminal_put_back();
	for (int i = 0; i < CRASHES; i++) {
		if (crashes[i] == signal)
			sigaction(signal, &previous[i], NULL);
	}
	// The signal is blocked until this returns: then it comes again, for the same instruction and
	// with the same address, to whom it would have come without us.
	if (syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), signal, info) != 0)
		raise(signal);
}

void crash_guard_arm(
    int input, int output, const struct termios *modes, const char *reset, size_t length)
{
	crash_guard_disarm();
	terminal.input = input;
	terminal.output = output;
	terminal.modes = *modes;
	terminal.length = length < sizeof(terminal.reset) ? length : sizeof(terminal.reset);
	if (terminal.length > 0)
		memcpy(terminal.reset, reset, terminal.length);
	atomic_store(&is_armed, true);

	struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	// Blocking SIGTTOU lets a background process set the terminal's modes, too.
	sigfillset(&action.sa_mask);
	for (int i = 0; i < CRASHES; i++)
		sigaction(crashes[i], &action, &previous[i]);
	crash_guard_cover_thread();
}

void crash_guard_disarm(void)
{
	if (!atomic_exchange(&is_armed, false))
		return;
	for (int i = 0; i < CRASHES; i++) {
		struct sigaction current;
		if (sigaction(crashes[i], NULL, &current) == 0 && current.sa_sigaction == on_crash)
			sigaction(crashes[i], &previous[i], NULL);
	}
}

enum { STACK_SIZE = 64 * 1024 };

static pthread_key_t stack_key;

static void free_stack(void *stack)
{
	stack_t none = {.ss_flags = SS_DISABLE};
	sigaltstack(&none, NULL);
	munmap(stack, STACK_SIZE);
}

static void make_stack_key(void)
{
	pthread_key_create(&stack_key, free_stack);
}

void crash_guard_cover_thread(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	static _Thread_local bool is_covered;
	if (is_covered)
		return;
	is_covered = true;

	stack_t current;
	if (sigaltstack(NULL, &current) != 0 || !(current.ss_flags & SS_DISABLE))
		return;
	void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack == MAP_FAILED)
		return;
	stack_t ours = {.ss_sp = stack, .ss_size = STACK_SIZE};
	pthread_once(&once, make_stack_key);
	if (sigaltstack(&ours, NULL) == 0)
		pthread_setspecific(stack_key, stack);
	else
		munmap(stack, STACK_SIZE);
}
