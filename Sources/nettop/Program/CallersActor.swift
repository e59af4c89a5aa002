import Connections
import Glibc
import SystemPackage
import Tracer

/// Acts only on what belongs to the caller of a program that has rights which its caller lacks. The
/// kernel does not tell users apart: CAP_NET_ADMIN closes any connection.
///
/// A process belongs to the user who started it, its real user.
struct CallersActor: SocketActor {
  /// Whose process it is; `nil` if it has ended.
  typealias UserOf = @Sendable (Process.ID) throws(Errno) -> uid_t?

  private let actor: any SocketActor
  private let caller: uid_t
  private let user: UserOf

  init(
    _ actor: any SocketActor,
    caller: uid_t,
    user: @escaping UserOf = { id throws(Errno) in try ProcessStatus.of(id)?.realUser }
  ) {
    self.actor = actor
    self.caller = caller
    self.user = user
  }

  /// What acts for the caller of this program: `actor` itself if the caller has all its rights.
  static func limiting(_ actor: (any SocketActor)?) -> (any SocketActor)? {
    guard Rights.areRaised, let actor else { return actor }
    return CallersActor(actor, caller: getuid())
  }

  /// Closes a connection if all processes that hold it are the caller's.
  func destroy(_ connection: Connection) async throws(ActionError) {
    // The process of the listener does not hold it, and may be one of several users at this port.
    let owner = connection.owner.flatMap { $0.isProven ? $0 : nil }
    var isHeld = false
    for process in owner?.processes ?? [] where try isCallers(process.id) {
      isHeld = true
    }
    guard isHeld else { throw .heldByNobody }
    try await actor.destroy(connection)
  }

  var closingRefusal: ActionError? { actor.closingRefusal }

  func send(_ signal: ProcessSignal, to process: Process.ID) throws(ActionError) {
    guard try isCallers(process) else { throw .exited(process.pid) }
    try actor.send(signal, to: process)
  }

  /// Whether a process of the caller still runs.
  ///
  /// - Throws: if the process is another user's, or that cannot be found out.
  private func isCallers(_ process: Process.ID) throws(ActionError) -> Bool {
    guard process.isVisible else { throw .outside }
    let user: uid_t?
    do throws(Errno) {
      user = try self.user(process)
    } catch {
      throw .unknownUser(process.pid, error)
    }
    guard let user else { return false }
    if user != caller { throw .ofAnotherUser(process.pid) }
    return true
  }
}

extension ActionError {
  private static let asRoot = "run nettop with sudo"

  fileprivate static func ofAnotherUser(_ pid: Int32) -> ActionError {
    ActionError(.notPermitted, "process \(pid) belongs to another user", advice: asRoot)
  }

  fileprivate static let outside = ActionError(
    .notPermitted,
    "the process is outside this container, and may belong to another user",
    advice: "run nettop on the host"
  )

  fileprivate static let heldByNobody = ActionError(
    .notPermitted,
    "no process of yours is known to hold this connection",
    advice: asRoot
  )

  fileprivate static func unknownUser(_ pid: Int32, _ code: Errno) -> ActionError {
    ActionError(.failed, "cannot find out whose process \(pid) is: \(code)", advice: asRoot)
  }

  fileprivate static func exited(_ pid: Int32) -> ActionError {
    ActionError(
      .gone,
      "process \(pid) has already exited",
      advice: "select one that is still running"
    )
  }
}
