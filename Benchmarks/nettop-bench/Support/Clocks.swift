import Glibc

/// Clocks, in seconds.
enum Clocks {
  static var now: Double { read(CLOCK_MONOTONIC) }

  /// CPU time of this process, all threads.
  static var cpu: Double { read(CLOCK_PROCESS_CPUTIME_ID) }

  /// CPU time of this thread: what others make of the machine shows in it the least.
  static var threadCPU: Double { read(CLOCK_THREAD_CPUTIME_ID) }

  /// CPU time of another process, all threads: what its `/proc/PID/stat` says, to the nanosecond.
  static func cpu(of pid: pid_t) -> Double {
    var clock = clockid_t()
    return clock_getcpuclockid(pid, &clock) == 0 ? read(clock) : 0
  }

  /// The same with its children that have ended: theirs to the hundredth of a second.
  static func cpuWithChildren(of pid: pid_t) -> Double {
    // Behind the name, which can have blanks: the state is field 3, `cutime` and `cstime` are 16 and 17.
    let fields = Files.lines("/proc/\(pid)/stat").first?.split(separator: ")").last?
      .split(separator: " ")
    let ticks = fields?.dropFirst(13).prefix(2).compactMap { Double($0) } ?? []
    return cpu(of: pid) + ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  static func sleep(_ seconds: Double) {
    usleep(UInt32(max(0, seconds) * 1e6))
  }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
