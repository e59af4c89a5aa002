import Glibc

/// The processes that own connections, each read from `/proc` once.
struct ProcessTable {
  private let proc: ProcFS
  private let clock: BootClock
  private let nanosecondsPerTick: UInt64
  private var processes: [Process.ID: Process] = [:]
  private var users: [UInt32: String?] = [:]

  /// How many are kept before those that left are forgotten.
  private var limit = 4096

  init(proc: ProcFS, clock: BootClock) {
    self.proc = proc
    self.clock = clock
    nanosecondsPerTick = 1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
  }

  /// A process as the kernel knew it, completed from `/proc` if it is still there.
  ///
  /// - Parameters:
  ///   - startNanoseconds: `task_struct.start_boottime` of its main thread.
  ///   - name: its `comm` at that moment; it has another one after `execve`.
  mutating func process(
    pid: Int32,
    startNanoseconds: UInt64,
    name: String,
    uid: UInt32
  ) -> Process {
    let id = Process.ID(pid: pid, startTicks: startNanoseconds / nanosecondsPerTick)
    if let known = processes[id], known.name == name { return known }
    if processes.count >= limit { forgetGone() }
    let process = Process(
      id: id,
      name: name,
      commandLine: commandLine(of: id),
      uid: uid,
      user: user(uid),
      startedAt: clock.timestamp(bootNanoseconds: startNanoseconds)
    )
    processes[id] = process
    return process
  }

  /// The command line of exactly this process: a PID can be used again between the two reads, so
  /// the start time is checked after the command line was read.
  private func commandLine(of id: Process.ID) -> String? {
    guard let bytes = proc.read("\(id.pid)/cmdline"),
      proc.processStat(id.pid)?.startTicks == id.startTicks
    else { return nil }
    let arguments = bytes.split(separator: 0)
    return arguments.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  private mutating func forgetGone() {
    processes = processes.filter { proc.processStat($0.key.pid)?.startTicks == $0.key.startTicks }
    limit = max(4096, processes.count * 2)
  }

  private mutating func user(_ uid: UInt32) -> String? {
    if let known = users[uid] { return known }
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16384)
    let name: String? =
      getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0 && found != nil
      ? entry.pw_name.map { String(cString: $0) } : nil
    users[uid] = .some(name)
    return name
  }
}
