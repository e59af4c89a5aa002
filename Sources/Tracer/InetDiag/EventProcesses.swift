import Connections

/// The processes that events name: completed from `/proc` while they are there, and as the event knew
/// them where they have left.
struct EventProcesses {
  private let proc: ProcFS
  private let isOfHost: Bool
  /// Those that were there when `/proc` was read last.
  private var present: [Int32: Present] = [:]
  /// Those that had left, so that all their connections are those of one process.
  private var left: [Left: (process: Process, at: Timestamp)] = [:]

  private struct Left: Hashable {
    let pid: Int32
    let name: String
  }

  private struct Present {
    let stat: ProcessStat
    /// The PID was its until then at least, in nanoseconds since the boot.
    let until: UInt64
  }

  private static let limit = 4096
  /// For how many seconds a PID stands for the same process that has left.
  private static let patience = 60.0

  /// - Parameter isOfHost: whether `/proc` has the processes of the host, whose PIDs events have.
  init(proc: ProcFS, isOfHost: Bool) {
    self.proc = proc
    self.isOfHost = isOfHost
  }

  /// `nil` for an idle CPU, and for a thread of the kernel: it works on sockets of others.
  ///
  /// - Parameters:
  ///   - time: when the event was.
  ///   - bootNanoseconds: the same, in nanoseconds since the boot.
  ///   - now: in nanoseconds since the boot.
  mutating func process(
    _ current: StateEvent.Current,
    at time: Timestamp,
    bootNanoseconds: UInt64,
    now: UInt64,
    _ processes: inout ProcessTable
  ) -> Process? {
    guard current.pid > 0 else { return nil }
    if let stat = stat(current.pid, at: bootNanoseconds, now: now) {
      if stat.isKernelThread { return nil }
      return processes.process(stat, pid: current.pid, uid: current.uid, gid: current.gid)
    }
    let key = Left(pid: current.pid, name: current.name)
    if let known = left[key], time.seconds(since: known.at) < Self.patience {
      return known.process
    }
    if left.count >= Self.limit { left = [:] }
    // It started before; nobody knows when.
    let process = processes.process(
      pid: isOfHost ? current.pid : -current.pid,
      startNanoseconds: bootNanoseconds,
      name: current.name,
      uid: current.uid,
      gid: current.gid
    )
    left[key] = (process, time)
    return process
  }

  /// What `/proc` has of the process that had this PID then; `nil` if it has left. Many events of one
  /// process come together, so `/proc` is read again only for those that are newer than what it said.
  private mutating func stat(_ pid: Int32, at time: UInt64, now: UInt64) -> ProcessStat? {
    guard isOfHost else { return nil }
    let tick = time / ProcessStat.nanosecondsPerTick
    if let known = present[pid], time <= known.until, known.stat.startTicks <= tick {
      return known.stat
    }
    guard let stat = proc.processStat(pid), stat.startTicks <= tick else { return nil }
    if present.count >= Self.limit { present = [:] }
    present[pid] = Present(stat: stat, until: now)
    return stat
  }
}
