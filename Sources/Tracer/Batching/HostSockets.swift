import Connections
import SystemPackage

/// Answers questions about single sockets and processes of this host, and acts on them: what all live
/// sources have in common.
struct HostSockets: Sendable {
  private let diagnosis: SocketDiagnosis
  private let proc: ProcFS

  init(finder: NamespaceFinder, clock: BootClock, proc: ProcFS) {
    diagnosis = SocketDiagnosis(finder: finder, clock: clock)
    self.proc = proc
  }
}

extension HostSockets: SocketInspector {
  func details(of connection: Connection) async throws(ActionError) -> SocketDetails? {
    try await diagnosis.details(of: connection)
  }

  @concurrent func details(of process: Process.ID) async -> ProcessDetails? {
    ProcessReader(proc: proc).details(of: process)
  }
}

extension HostSockets: SocketActor {
  func destroy(_ connection: Connection) async throws(ActionError) {
    try await diagnosis.destroy(connection)
  }

  /// The kernel asks for the capability whoever has the connection.
  var closingRefusal: ActionError? {
    let missing = proc.read("self/status").flatMap(Capability.missing) ?? []
    return missing.contains { $0.name == "CAP_NET_ADMIN" } ? .closing(.notPermitted) : nil
  }

  func send(_ signal: ProcessSignal, to process: Process.ID) throws(ActionError) {
    try signal.send(to: process, proc: proc)
  }
}
