#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

// What has to run inside of signal handlers, where Swift's runtime must not be entered; and what acts
// on one thread alone.

/// Makes the signals of a crash put the terminal back before they take their course.
///
/// `reset` is written to `output` and `modes` are set on `input`, both taken over now. At most 512
/// bytes of `reset` count; it may be NULL with a length of 0. Calling it again replaces what was given
/// before.
void crash_guard_arm(
    int input, int output, const struct termios *modes, const char *reset, size_t length);

/// Takes the handlers of `crash_guard_arm` away.
void crash_guard_disarm(void);

/// Puts the terminal back as a crash does, from any thread; nothing where the guard is not armed.
///
/// Takes half a second at most. A terminal that takes no output gets its modes back at least, and
/// loses what it has not shown yet.
void terminal_put_back(void);

/// Gives the calling thread a stack for signal handlers, so that the guard holds when the thread's
/// own is used up. Cheap when it has one.
void crash_guard_cover_thread(void);

/// Turns SIGTSTP, SIGCONT and SIGWINCH into bytes (the signal's number) to read from a pipe. A
/// SIGTSTP that the parent had ignored stays ignored.
///
/// Returns the end to read from, which does not block and stays open for good, or -1 with `errno`.
int terminal_signals_begin(void);

/// Writes a byte 0 to that pipe, for who waits on it to look up.
void terminal_signals_wake(void);

/// Puts back what these signals did before `terminal_signals_begin`.
void terminal_signals_end(void);

/// Keeps from the calling thread all signals but those of its own doing: a crash, and the use of a
/// terminal from the background.
void terminal_thread_begin(void);

/// Stops this process as long as it is a background job of its controlling terminal, whatever the
/// calling thread blocks.
void terminal_await_foreground(int terminal);

/// Stops this process, and with `whole_group` the others of its job, as Ctrl-Z does. Returns once it
/// is continued in the foreground, or at once where it may not be stopped.
void terminal_stop(int terminal, bool whole_group);

/// Makes the kernel pass on what is written to a terminal as it is. Where it may translate it, it looks
/// at each character, and hands over a piece at each that moves the cursor.
///
/// Returns whether the terminal took the mode.
bool terminal_pass_output(int terminal);

/// Takes the effective capabilities of the calling thread away, unless it is root's: what it opens
/// then, its caller could open too.
///
/// Returns what `terminal_rights_raise` gives back, 0 where nothing was taken.
uint64_t terminal_rights_lower(void);

/// Gives back what `terminal_rights_lower` took.
void terminal_rights_raise(uint64_t lowered);
