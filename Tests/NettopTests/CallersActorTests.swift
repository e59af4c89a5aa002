import Connections
import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import nettop

/// What keys may do where the program has more rights than its caller, user 1000.
struct CallersActorTests {
  /// Does everything, and notes it.
  private final class Recorder: SocketActor {
    private let notes = Mutex<[String]>([])

    var done: [String] { notes.withLock { $0 } }

    func destroy(_ connection: Connection) async throws(ActionError) {
      notes.withLock { $0.append("closed \(connection.id.cookie)") }
    }

    var closingRefusal: ActionError? { .nothingToActOn }

    func send(_ signal: ProcessSignal, to process: Process.ID) throws(ActionError) {
      notes.withLock { $0.append("\(signal.name) to \(process.pid)") }
    }
  }

  private let recorder = Recorder()

  /// Processes below 10 are the caller's, those below 20 root's, 99 cannot be read, and others have
  /// ended.
  private var actor: CallersActor {
    CallersActor(recorder, caller: 1000) { id throws(Errno) in
      switch id.pid {
      case ..<10: return 1000
      case ..<20: return 0
      case 99: throw .tooManyOpenFiles
      default: return nil
      }
    }
  }

  private func process(_ pid: Int32) -> Process {
    Process(
      id: Process.ID(pid: pid, startTicks: 1),
      name: "p",
      commandLine: nil,
      // As it was when it was seen: it counts for nothing now.
      uid: 1000,
      user: nil,
      startedAt: Timestamp(nanoseconds: 0)
    )
  }

  /// A connection that these processes hold, the first one shown.
  private func connection(
    _ pids: [Int32],
    source: Owner.Source = .scan
  ) throws -> Connection {
    let end = Endpoint(address: try #require(Address("192.0.2.1")), port: 443)
    return Connection(
      id: Connection.ID(cookie: 7, generation: 0),
      local: end,
      remote: end,
      netns: 1,
      direction: .outgoing,
      state: .established,
      counters: Counters(),
      owner: pids.first.map { first in
        Owner(process: process(first), source: source, others: pids.dropFirst().map(process))
      },
      openedAt: nil
    )
  }

  @Test(arguments: [
    (11, ActionError.Code.notPermitted, "process 11 belongs to another user"),
    (20, .gone, "process 20 has already exited"),
    (99, .failed, "cannot find out whose process 99 is: \(Errno.tooManyOpenFiles)"),
    (-1, .notPermitted, "the process is outside this container, and may belong to another user"),
  ])
  func signalsReachNoOthers(pid: Int32, code: ActionError.Code, problem: String) throws {
    let error = #expect(throws: ActionError.self) {
      try actor.send(ProcessSignal.all[0], to: process(pid).id)
    }
    #expect(error?.code == code && error?.problem == problem)
    #expect(recorder.done.isEmpty)
  }

  @Test func signalsReachTheCallersProcesses() throws {
    try actor.send(ProcessSignal.all[0], to: process(1).id)
    #expect(recorder.done == ["TERM to 1"])
  }

  @Test(arguments: [
    ([], ActionError.Code.notPermitted), ([11], .notPermitted), ([1, 11], .notPermitted),
    ([11, 1], .notPermitted), ([1, -1], .notPermitted), ([20], .notPermitted), ([1, 99], .failed),
  ])
  func connectionsOfOthersStayOpen(pids: [Int32], code: ActionError.Code) async throws {
    let connection = try connection(pids)
    let error = await #expect(throws: ActionError.self) { try await actor.destroy(connection) }
    #expect(error?.code == code)
    #expect(recorder.done.isEmpty)
  }

  /// Another user can listen at the same port of another address.
  @Test func connectionsOfWhichOnlyTheListenerIsKnownStayOpen() async throws {
    let connection = try connection([1], source: .listener)
    let error = await #expect(throws: ActionError.self) { try await actor.destroy(connection) }
    #expect(error?.code == .notPermitted)
    #expect(recorder.done.isEmpty)
  }

  @Test(arguments: [[1], [1, 2], [20, 1], [1, 20]])
  func connectionsOfTheCallerAreClosed(pids: [Int32]) async throws {
    try await actor.destroy(try connection(pids))
    #expect(recorder.done == ["closed 7"])
  }

  @Test func whatCannotBeClosedIsKnownBefore() {
    #expect(actor.closingRefusal == .nothingToActOn)
  }

  /// The tests have no more rights than whoever runs them.
  @Test func whoeverHasTheRightsActsOnAll() {
    #expect(CallersActor.limiting(recorder) is Recorder)
    #expect(CallersActor.limiting(nil) == nil)
  }
}
