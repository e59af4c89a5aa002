import Connections
import Glibc
import SystemPackage
import Testing

@testable import Tracer

@Suite struct ProcessSignalTests {
  private let proc = ProcFS()

  private func signal(_ name: String) throws -> ProcessSignal {
    try #require(ProcessSignal.all.first { $0.name == name })
  }

  private func id(_ pid: Int32) throws -> Process.ID {
    Process.ID(pid: pid, startTicks: try #require(proc.processStat(pid)).startTicks)
  }

  // Not HUP, which a session that outlives its terminal ignores, and with it all that it starts.
  @Test(arguments: ["TERM", "KILL", "USR1"])
  func `a signal to a process`(name: String) throws {
    let child = try ChildProcess(["sleep", "1000"])
    defer { child.end() }
    let signal = try signal(name)
    try signal.send(to: id(child.pid), proc: proc)
    #expect(child.wait() == -signal.number)
  }

  @Test func `never to another process with the PID`() throws {
    let child = try ChildProcess(["sleep", "1000"])
    defer { child.end() }
    let now = try id(child.pid)
    let before = Process.ID(pid: now.pid, startTicks: now.startTicks - 1)
    let error = #expect(throws: ActionError.self) {
      try signal("KILL").send(to: before, proc: proc)
    }
    #expect(error?.code == .gone)
    // It is alive: this signal is the one that ends it.
    try signal("TERM").send(to: now, proc: proc)
    #expect(child.wait() == -SIGTERM)
    let gone = #expect(throws: ActionError.self) { try signal("TERM").send(to: now, proc: proc) }
    #expect(gone?.code == .gone)
  }

  @Test(.enabled(if: ProcFS().processStat(2)?.isKernelThread == true, "needs the host's /proc"))
  func `a thread of the kernel`() throws {
    let error = #expect(throws: ActionError.self) {
      try signal("USR1").send(to: id(2), proc: proc)
    }
    #expect(error?.code == .noEffect)
  }

  @Test func `why a process has no signal`() {
    #expect(ActionError.signalling(42, .notPermitted).code == .notPermitted)
    #expect(ActionError.signalling(42, .noSuchProcess).code == .gone)
    #expect(ActionError.signalling(42, .noMemory).code == .failed)
    #expect("\(ActionError.signalling(42, .notPermitted))".contains("process 42"))
  }

  /// The names and numbers of this system: `kill -l NUMBER`.
  @Test func `all signals that have a name`() throws {
    #expect(ProcessSignal.all.first?.name == "TERM")
    #expect(ProcessSignal.all.map(\.number).sorted() == Array(1...31))
    for signal in ProcessSignal.all {
      let name = try run("bash", "-c", "kill -l \(signal.number)")
      #expect(name.dropLast() == (signal.name == "POLL" ? "IO" : signal.name))
    }
    let numbers = ProcessSignal.all.dropFirst().map(\.number)
    #expect(numbers == numbers.sorted())
  }
}
