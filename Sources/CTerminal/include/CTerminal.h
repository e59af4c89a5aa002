#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

// What has to run inside of signal handlers, where Swift's runtime must not be entered.

/// Makes the signals of a crash put the terminal back before they take their course.
///
/// `reset` is written to `output` and `modes` are set on `input`, both taken over now. At most 512
/// bytes of `reset` count. Calling it again replaces what was given before.
void crash_guard_arm(
    int input, int output, const struct termios *modes, const char *reset, size_t length);

/// Takes the handlers of `crash_guard_arm` away.
void crash_guard_disarm(void);

/// Gives the calling thread a stack for signal handlers, so that the guard holds when the thread's
/// own is used up. Cheap when it has one.
void crash_guard_cover_thread(void);

/// Turns SIGTSTP, SIGCONT and SIGWINCH into bytes (the signal's number) to read from a pipe. A
/// SIGTSTP that the parent had ignored stays ignored.
///
/// Returns the end to read from, which does not block, or -1 with `errno`.
int terminal_signals_begin(void);

/// Puts back what these signals did before `terminal_signals_begin`, and closes the end of the pipe
/// that is written to.
void terminal_signals_end(void);

/// Stops this process, and with `whole_group` the others of its job, as Ctrl-Z does; returns once it
/// is continued, or at once where it may not be stopped.
void terminal_stop(bool whole_group);
