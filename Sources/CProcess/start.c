#define _GNU_SOURCE
#include "CProcess.h"

#include <fcntl.h>
#include <unistd.h>

static char **arguments;
static int argument_count;

// For those who ask `CommandLine`, such as the parser of arguments in its messages. Weak: without
// it, they read /proc.
extern void _swift_stdlib_overrideUnsafeArgvArgc(char **, int) __attribute__((weak));

// Each is opened the wrong way round, as glibc does for programs that gain rights.
static void open_standard_descriptors(void)
{
	for (int descriptor = 0; descriptor <= 2; descriptor++) {
		if (fcntl(descriptor, F_GETFD) >= 0)
			continue;
		// The lowest free number is this one: those below are open by now.
		if (open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) < 0)
			(void)open("/", O_PATH);
	}
}

// glibc gives constructors what it gives `main`. 101 is the first that a program may have; it comes
// before other constructors of the program.
__attribute__((constructor(101))) static void start(int count, char **values)
{
	open_standard_descriptors();
	arguments = values;
	argument_count = count;
	if (_swift_stdlib_overrideUnsafeArgvArgc)
		_swift_stdlib_overrideUnsafeArgvArgc(values, count);
}

char *const *process_arguments(int *count)
{
	*count = argument_count;
	return arguments;
}
