internal import CTracer
import Glibc
import SystemPackage

/// A signal that can be sent to a process.
package struct ProcessSignal: Hashable, Sendable {
  /// Without `SIG`: `TERM`, `KILL`.
  package let name: String
  package let number: Int32
  /// What it does to a process that has no plan of its own, in a few words.
  package let meaning: String

  /// All that have a name: `TERM` first, which is what is mostly wanted, then by number.
  package static let all: [ProcessSignal] = [
    ProcessSignal(name: "TERM", number: SIGTERM, meaning: "end, in good order"),
    ProcessSignal(name: "HUP", number: SIGHUP, meaning: "terminal hung up; services reload"),
    ProcessSignal(name: "INT", number: SIGINT, meaning: "interrupt, as Ctrl-C"),
    ProcessSignal(name: "QUIT", number: SIGQUIT, meaning: "end with a core dump, as Ctrl-\\"),
    ProcessSignal(name: "ILL", number: SIGILL, meaning: "illegal instruction"),
    ProcessSignal(name: "TRAP", number: SIGTRAP, meaning: "trap of a debugger"),
    ProcessSignal(name: "ABRT", number: SIGABRT, meaning: "abort with a core dump"),
    ProcessSignal(name: "BUS", number: SIGBUS, meaning: "bad memory access"),
    ProcessSignal(name: "FPE", number: SIGFPE, meaning: "bad arithmetic"),
    ProcessSignal(name: "KILL", number: SIGKILL, meaning: "end at once; cannot be caught"),
    ProcessSignal(name: "USR1", number: SIGUSR1, meaning: "of the program's own use"),
    ProcessSignal(name: "SEGV", number: SIGSEGV, meaning: "invalid memory access"),
    ProcessSignal(name: "USR2", number: SIGUSR2, meaning: "of the program's own use"),
    ProcessSignal(name: "PIPE", number: SIGPIPE, meaning: "nobody reads the pipe"),
    ProcessSignal(name: "ALRM", number: SIGALRM, meaning: "a timer expired"),
    ProcessSignal(name: "STKFLT", number: SIGSTKFLT, meaning: "fault of a coprocessor's stack"),
    ProcessSignal(name: "CHLD", number: SIGCHLD, meaning: "a child ended or stopped"),
    ProcessSignal(name: "CONT", number: SIGCONT, meaning: "go on after a stop"),
    ProcessSignal(name: "STOP", number: SIGSTOP, meaning: "stop; cannot be caught"),
    ProcessSignal(name: "TSTP", number: SIGTSTP, meaning: "stop, as Ctrl-Z"),
    ProcessSignal(name: "TTIN", number: SIGTTIN, meaning: "read from the background"),
    ProcessSignal(name: "TTOU", number: SIGTTOU, meaning: "write from the background"),
    ProcessSignal(name: "URG", number: SIGURG, meaning: "urgent data on a socket"),
    ProcessSignal(name: "XCPU", number: SIGXCPU, meaning: "limit of CPU time"),
    ProcessSignal(name: "XFSZ", number: SIGXFSZ, meaning: "limit of file size"),
    ProcessSignal(name: "VTALRM", number: SIGVTALRM, meaning: "a timer of CPU time expired"),
    ProcessSignal(name: "PROF", number: SIGPROF, meaning: "a profiler's timer expired"),
    ProcessSignal(name: "WINCH", number: SIGWINCH, meaning: "the window has another size"),
    ProcessSignal(name: "POLL", number: SIGPOLL, meaning: "a file is ready"),
    ProcessSignal(name: "PWR", number: SIGPWR, meaning: "power fails"),
    ProcessSignal(name: "SYS", number: SIGSYS, meaning: "system call that is not allowed"),
  ]

  /// Sends it to exactly this process: never to one that has its PID now.
  func send(to id: Process.ID, proc: ProcFS) throws(ActionError) {
    let descriptor = pidfd_open(id.pid, 0)
    guard descriptor >= 0 else { throw .signalling(id.pid, Errno(rawValue: errno)) }
    defer { close(descriptor) }
    // The descriptor stays that of one process: if this is it now, it is when the signal is sent.
    guard let stat = proc.processStat(id.pid), stat.startTicks == id.startTicks else {
      throw .signalling(id.pid, .noSuchProcess)
    }
    if stat.isKernelThread { throw .kernelThread(id.pid) }
    guard pidfd_send_signal(descriptor, number, nil, 0) == 0 else {
      throw .signalling(id.pid, Errno(rawValue: errno))
    }
  }
}
