import Connections
import Testing

@testable import Tracer

/// The processes that events name, by a `/proc` that the test writes.
@Suite struct EventProcessesTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// `/proc/PID/stat`, whose field 2 is the name and field 22 the start.
  private func write(
    _ pid: Int32,
    name: String,
    startTicks: UInt64,
    flags: UInt32 = 0
  ) throws {
    let stat =
      "\(pid) (\(name)) S 1 2 3 4 5 \(flags) 7 8 9 10 11 12 13 14 15 16 17 18 \(startTicks) 99\n"
    try directory.write("\(pid)/stat", stat)
    try directory.write("\(pid)/cmdline", "")
  }

  /// Asks for the process 42, called "event" in all events. Times are in clock ticks since the boot.
  private struct Asking {
    var events: EventProcesses
    var processes: ProcessTable

    init(_ directory: TemporaryDirectory, isOfHost: Bool = true) {
      let proc = ProcFS(root: directory.path)
      events = EventProcesses(proc: proc, isOfHost: isOfHost)
      processes = ProcessTable(proc: proc, clock: BootClock())
    }

    mutating func process(at time: UInt64, now: UInt64) -> Process? {
      let tick = ProcessStat.nanosecondsPerTick
      return events.process(
        StateEvent.Current(pid: 42, uid: 0, gid: 0, name: "event"),
        at: Timestamp(nanoseconds: Int64(time * tick)),
        bootNanoseconds: time * tick,
        now: now * tick,
        &processes
      )
    }
  }

  /// It had this PID from its start to the moment when `/proc` was read.
  @Test func `/proc is read once for the events before that`() throws {
    var asking = Asking(directory)
    try write(42, name: "first", startTicks: 500)
    #expect(asking.process(at: 600, now: 1000)?.name == "first")
    try write(42, name: "second", startTicks: 1100)
    #expect(asking.process(at: 700, now: 1200)?.name == "first")
    #expect(asking.process(at: 1000, now: 1200)?.name == "first")
  }

  @Test func `a later event can be that of another process with the PID`() throws {
    var asking = Asking(directory)
    try write(42, name: "first", startTicks: 500)
    #expect(asking.process(at: 600, now: 1000)?.name == "first")
    try write(42, name: "second", startTicks: 1100)
    let second = asking.process(at: 1150, now: 1200)
    #expect(second?.name == "second" && second?.id.startTicks == 1100)
  }

  @Test func `a process that began after the event is another one`() throws {
    var asking = Asking(directory)
    try write(42, name: "second", startTicks: 1100)
    let left = asking.process(at: 600, now: 1200)
    #expect(left?.name == "event" && left?.id.pid == 42)
    #expect(asking.process(at: 610, now: 1200)?.id == left?.id)
  }

  /// A worker of the kernel closes the subflows of MPTCP.
  @Test func `a thread of the kernel owns nothing`() throws {
    var asking = Asking(directory)
    try write(42, name: "kworker/0:1", startTicks: 500, flags: 0x0020_8000)
    #expect(asking.process(at: 600, now: 1000) == nil)
  }

  @Test func `the PIDs of another namespace are not those of events`() throws {
    var asking = Asking(directory, isOfHost: false)
    try write(42, name: "first", startTicks: 500)
    let process = asking.process(at: 600, now: 1000)
    #expect(process?.name == "event" && process?.id.pid == -42)
  }
}
