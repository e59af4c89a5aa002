import Glibc

/// A signal that can be sent to a process.
package struct ProcessSignal: Hashable, Sendable {
  /// Without `SIG`: `TERM`, `KILL`.
  package let name: String
  package let number: Int32
  /// What it does to a process that has no plan of its own, in a few words.
  package let meaning: String

  /// All that have a name: `TERM` first, which is what is mostly wanted, then by number.
  package static let all: [ProcessSignal] = [
    ProcessSignal(name: "TERM", number: SIGTERM, meaning: "terminate gracefully"),
    ProcessSignal(name: "HUP", number: SIGHUP, meaning: "terminal hung up; daemons reload"),
    ProcessSignal(name: "INT", number: SIGINT, meaning: "interrupt, as Ctrl-C"),
    ProcessSignal(name: "QUIT", number: SIGQUIT, meaning: "quit with a core dump, as Ctrl-\\"),
    ProcessSignal(name: "ILL", number: SIGILL, meaning: "illegal instruction"),
    ProcessSignal(name: "TRAP", number: SIGTRAP, meaning: "debugger trap"),
    ProcessSignal(name: "ABRT", number: SIGABRT, meaning: "abort with a core dump"),
    ProcessSignal(name: "BUS", number: SIGBUS, meaning: "bad memory access"),
    ProcessSignal(name: "FPE", number: SIGFPE, meaning: "arithmetic error"),
    ProcessSignal(name: "KILL", number: SIGKILL, meaning: "terminate at once; cannot be caught"),
    ProcessSignal(name: "USR1", number: SIGUSR1, meaning: "user-defined"),
    ProcessSignal(name: "SEGV", number: SIGSEGV, meaning: "invalid memory access"),
    ProcessSignal(name: "USR2", number: SIGUSR2, meaning: "user-defined"),
    ProcessSignal(name: "PIPE", number: SIGPIPE, meaning: "write to a pipe without a reader"),
    ProcessSignal(name: "ALRM", number: SIGALRM, meaning: "timer expired"),
    ProcessSignal(name: "STKFLT", number: SIGSTKFLT, meaning: "coprocessor stack fault"),
    ProcessSignal(name: "CHLD", number: SIGCHLD, meaning: "child exited or stopped"),
    ProcessSignal(name: "CONT", number: SIGCONT, meaning: "continue if stopped"),
    ProcessSignal(name: "STOP", number: SIGSTOP, meaning: "stop; cannot be caught"),
    ProcessSignal(name: "TSTP", number: SIGTSTP, meaning: "stop, as Ctrl-Z"),
    ProcessSignal(name: "TTIN", number: SIGTTIN, meaning: "background read from the terminal"),
    ProcessSignal(name: "TTOU", number: SIGTTOU, meaning: "background write to the terminal"),
    ProcessSignal(name: "URG", number: SIGURG, meaning: "urgent data on a socket"),
    ProcessSignal(name: "XCPU", number: SIGXCPU, meaning: "CPU time limit exceeded"),
    ProcessSignal(name: "XFSZ", number: SIGXFSZ, meaning: "file size limit exceeded"),
    ProcessSignal(name: "VTALRM", number: SIGVTALRM, meaning: "CPU time timer expired"),
    ProcessSignal(name: "PROF", number: SIGPROF, meaning: "profiling timer expired"),
    ProcessSignal(name: "WINCH", number: SIGWINCH, meaning: "window size changed"),
    ProcessSignal(name: "POLL", number: SIGPOLL, meaning: "I/O is possible"),
    ProcessSignal(name: "PWR", number: SIGPWR, meaning: "power failure"),
    ProcessSignal(name: "SYS", number: SIGSYS, meaning: "invalid system call"),
  ]
}
