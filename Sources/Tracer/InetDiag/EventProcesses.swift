import Connections

/// The processes that events name: completed from `/proc` while they are there, and as the event knew
/// them where they have left.
struct EventProcesses {
  private let proc: ProcFS
  /// Whether `/proc` has the processes of the host, whose PIDs events have.
  private let isOfHost: Bool
  /// Those that had left, so that all their connections are those of one process.
  private var left: [Left: (process: Process, at: Timestamp)] = [:]

  private struct Left: Hashable {
    let pid: Int32
    let name: String
  }

  private static let limit = 4096
  /// For how many seconds a PID stands for the same process that has left.
  private static let patience = 60.0

  init(proc: ProcFS) {
    self.proc = proc
    isOfHost = proc.isOfHost
  }

  /// `nil` for an idle CPU.
  ///
  /// - Parameter bootNanoseconds: when the event was, in nanoseconds since the boot.
  mutating func process(
    _ current: StateEvent.Current,
    at time: Timestamp,
    bootNanoseconds: UInt64,
    _ processes: inout ProcessTable
  ) -> Process? {
    guard current.pid > 0 else { return nil }
    if isOfHost, let stat = proc.processStat(current.pid),
      stat.startTicks <= bootNanoseconds / ProcessStat.nanosecondsPerTick
    {
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
}
