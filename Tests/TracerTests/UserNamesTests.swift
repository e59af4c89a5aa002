import Connections
import Dispatch
import Synchronization
import Testing

@testable import Tracer

@Suite struct UserNamesTests {
  @Test func `the host's own`() {
    let names = UserNames(patience: .seconds(60))
    #expect(names.name(0) == "root")
    #expect(names.name(3_999_999_999) == nil)
    #expect(names.takeLate() == [:])
  }

  @Test func `asked for once`() {
    let asked = Mutex<[UInt32]>([])
    let names = UserNames(patience: .seconds(60)) { uid in
      asked.withLock { $0.append(uid) }
      return uid == 7 ? nil : "u\(uid)"
    }
    #expect(
      [names.name(5), names.name(5), names.name(7), names.name(7)] == ["u5", "u5", nil, nil]
    )
    #expect(asked.withLock { $0 } == [5, 7])
  }

  /// Of two users the first is waited for, the second not, as long as the first has no answer.
  @Test func `a slow answer is told later`() async throws {
    let gate = DispatchSemaphore(value: 0)
    let names = UserNames(patience: .milliseconds(1)) { uid in
      gate.wait()
      return uid == 9 ? nil : "u\(uid)"
    }
    #expect(names.name(5) == nil)
    #expect(names.name(6) == nil)
    #expect(names.name(9) == nil)
    #expect(names.takeLate() == [:])
    for _ in 0..<3 { gate.signal() }
    var late: [UInt32: String] = [:]
    let deadline = ContinuousClock.now + .seconds(600)
    while late.count < 2, ContinuousClock.now < deadline {
      late.merge(names.takeLate()) { $1 }
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(late == [5: "u5", 6: "u6"])
    #expect(names.name(5) == "u5")
  }

  @Test func `processes get the name that came late`() async throws {
    let gate = DispatchSemaphore(value: 0)
    let users = UserNames(patience: .milliseconds(1)) { _ in
      gate.wait()
      return "late"
    }
    let directory = try TemporaryDirectory()
    var table = ProcessTable(
      proc: ProcFS(root: directory.path),
      clock: BootClock(),
      users: users
    )
    let before = table.process(pid: 42, startNanoseconds: 5, name: "a", uid: 1000)
    #expect(before.user == nil)
    #expect(table.takeNamed() == [:])
    gate.signal()
    var named: [Process: Process] = [:]
    let deadline = ContinuousClock.now + .seconds(600)
    while named.isEmpty, ContinuousClock.now < deadline {
      named = table.takeNamed()
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(named[before]?.user == "late")
    #expect(table.process(pid: 42, startNanoseconds: 5, name: "a", uid: 1000).user == "late")
  }
}
