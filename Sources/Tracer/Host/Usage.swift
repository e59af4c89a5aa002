internal import CTracer
import Glibc

/// What this process has cost so far.
enum Usage {
  /// CPU time since the start, user and system.
  static var cpuTime: Duration {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return duration(usage.ru_utime) + duration(usage.ru_stime)
  }

  /// Resident memory in bytes, 0 if `/proc` does not report it.
  static func residentBytes(proc: ProcFS) -> UInt64 {
    guard let statm = proc.read("self/statm") else { return 0 }
    let pages = statm.split(separator: UInt8(ascii: " ")).dropFirst().first
    return (pages.flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0)
      * UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func duration(_ time: timeval) -> Duration {
    .seconds(time.tv_sec) + .microseconds(time.tv_usec)
  }
}
