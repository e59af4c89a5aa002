import Connections
import Glibc

/// The processes that own connections, each read from `/proc` once for each program that it runs.
struct ProcessTable {
  /// A process at one time of its life.
  private struct Key: Hashable {
    let id: Process.ID
    let execID: UInt32
  }

  private let proc: ProcFS
  private let clock: BootClock
  private let containers: ContainerNames
  private let users: UserNames
  private var processes: [Key: Process] = [:]
  private var cgroups: ControlGroupTree

  /// How many are kept before those that left are forgotten.
  private var limit = 4096

  init(
    proc: ProcFS,
    clock: BootClock,
    containers: ContainerNames = ContainerNames(),
    users: UserNames = UserNames()
  ) {
    self.proc = proc
    self.clock = clock
    self.containers = containers
    self.users = users
    cgroups = ControlGroupTree(proc: proc)
  }

  /// A process as the kernel knew it, completed from `/proc` if it is still there.
  ///
  /// - Parameters:
  ///   - startNanoseconds: `task_struct.start_boottime` of its main thread.
  ///   - name: its `comm` at that moment.
  ///   - execID: its `self_exec_id` then: another program has another one.
  ///   - cgroupID: the ID of its cgroup of version 2, 0 where that is not known.
  mutating func process(
    pid: Int32,
    startNanoseconds: UInt64,
    name: String,
    uid: UInt32,
    gid: UInt32? = nil,
    execID: UInt32 = 0,
    cgroupID: UInt64 = 0
  ) -> Process {
    let id = Process.ID(pid: pid, startTicks: startNanoseconds / ProcessStat.nanosecondsPerTick)
    let key = Key(id: id, execID: execID)
    if let known = processes[key], known.name == name, known.uid == uid, known.gid == gid {
      return known
    }
    if processes.count >= limit { forgetGone() }
    let live = live(id)
    let cgroup = live?.cgroups?.path ?? cgroups.path(cgroupID)
    let container = live?.cgroups?.container ?? cgroup.flatMap(Container.init(cgroup:))
    let process = Process(
      id: id,
      name: name,
      commandLine: live?.commandLine,
      uid: uid,
      user: users.name(uid),
      startedAt: clock.timestamp(bootNanoseconds: startNanoseconds),
      gid: gid,
      executable: live?.executable,
      cgroup: cgroup,
      container: container.map { containers.named($0, at: clock.now) }
    )
    processes[key] = process
    return process
  }

  /// A process as `/proc/PID/stat` has it.
  mutating func process(
    _ stat: ProcessStat,
    pid: Int32,
    uid: UInt32,
    gid: UInt32?,
    execID: UInt32 = 0
  ) -> Process {
    process(
      pid: pid,
      startNanoseconds: stat.startTicks * ProcessStat.nanosecondsPerTick,
      name: stat.name,
      uid: uid,
      gid: gid,
      execID: execID
    )
  }

  /// The processes that have the name of their user only now, by what they were without.
  mutating func takeNamed() -> [Process: Process] {
    let names = users.takeLate()
    if names.isEmpty { return [:] }
    var named: [Process: Process] = [:]
    for (key, process) in processes where process.user == nil {
      guard let name = names[process.uid] else { continue }
      let new = process.with(user: name)
      processes[key] = new
      named[process] = new
    }
    return named
  }

  /// What only `/proc` has of a process.
  private struct Live {
    let commandLine: String
    let executable: String?
    let cgroups: ControlGroups?
  }

  /// Of exactly this process: a PID can be used again between the reads, so the start time is
  /// checked after all others.
  private func live(_ id: Process.ID) -> Live? {
    guard let bytes = proc.read("\(id.pid)/cmdline") else { return nil }
    let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    let live = Live(
      commandLine: arguments.joined(separator: " "),
      executable: proc.link("\(id.pid)/exe"),
      cgroups: proc.controlGroups(id.pid)
    )
    return proc.processStat(id.pid)?.startTicks == id.startTicks ? live : nil
  }

  private mutating func forgetGone() {
    var newest: [Process.ID: UInt32] = [:]
    for key in processes.keys { newest[key.id] = max(newest[key.id] ?? 0, key.execID) }
    processes = processes.filter { key, _ in
      newest[key.id] == key.execID
        && proc.processStat(key.id.pid)?.startTicks == key.id.startTicks
    }
    limit = max(4096, processes.count * 2)
  }
}
