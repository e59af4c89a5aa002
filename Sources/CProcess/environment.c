#define _GNU_SOURCE
#include "CProcess.h"

#include <string.h>
#include <sys/auxv.h>

// A name that ends in * stands for all that begin like this.
static const char *const known[] = {
    // Read as values, never as the name of a file.
    "TERM", "COLORTERM", "COLORFGBG", "NO_COLOR", "COLUMNS", "LINES",
    // The shell that asks for completions, and its version.
    "SAP_SHELL", "SAP_SHELL_VERSION",
    // What these name is opened with the rights of the caller: settings and themes by `UserFile`,
    // descriptions of terminals with capabilities lowered.
    "HOME", "XDG_CONFIG_HOME", "TERMINFO", "TERMINFO_DIRS",
    // The C library takes no path from these in a program that gains rights.
    "LANG", "LANGUAGE", "LC_*", "TZ",
};
enum { KNOWN = sizeof(known) / sizeof(known[0]) };

static bool is_known(const char *variable)
{
	for (int i = 0; i < KNOWN; i++) {
		size_t length = strcspn(known[i], "*");
		if (strncmp(variable, known[i], length) != 0)
			continue;
		if (known[i][length] == '*' || variable[length] == '=')
			return true;
	}
	return false;
}

void environment_reduce(char **environment)
{
	char **kept = environment;

	if (!environment)
		return;
	for (char **variable = environment; *variable; variable++) {
		if (is_known(*variable))
			*kept++ = *variable;
	}
	*kept = NULL;
}

// Before any library runs. Libraries have variables of their own, and the C library takes away only
// those that it knows: Swift's runtime loads the library that SWIFT_DEBUG_LIB_PRESPECIALIZED_PATH
// names, whoever has started the program.
static void reduce(int count, char **arguments, char **environment)
{
	(void)count;
	(void)arguments;
	if (getauxval(AT_SECURE) != 0)
		environment_reduce(environment);
}

__attribute__((used, section(".preinit_array"))) static void (*const first)(
    int, char **, char **) = reduce;
