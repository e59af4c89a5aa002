internal import CTracer
import Connections
@preconcurrency import Dispatch
import Glibc
import SystemPackage

/// Asks the kernel about single sockets by sock_diag, each in its own network namespace.
///
/// It enters a namespace for one question and keeps nothing of it: an open socket would keep a
/// namespace, and its devices, from going. Questions run one after the other on a queue of their
/// own, so no pass of the tracer waits for one.
struct SocketDiagnosis: Sendable {
  private let finder: NamespaceFinder
  private let clock: BootClock
  private let queue = DispatchQueue(label: "nettop.diagnosis", qos: .userInitiated)

  /// How many listeners of one port the kernel is asked for before one of them is given up.
  private static let listenerAttempts: UInt16 = 2048

  init(finder: NamespaceFinder, clock: BootClock) {
    self.finder = finder
    self.clock = clock
  }

  /// All that the kernel reports about a socket; `nil` if it is gone or cannot be asked.
  ///
  /// - Throws: as `detailsNow`.
  func details(of connection: Connection) async throws(ActionError) -> SocketDetails? {
    let result = await withCheckedContinuation { continuation in
      queue.async {
        do throws(ActionError) {
          let details = try detailsNow(of: connection)
          continuation.resume(returning: Result<SocketDetails?, ActionError>.success(details))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  /// Has the kernel end a connection (`ECONNABORTED` for its process), or a listener.
  func destroy(_ connection: Connection) async throws(ActionError) {
    let failure = await withCheckedContinuation { continuation in
      queue.async {
        do throws(ActionError) {
          try destroyNow(connection)
          continuation.resume(returning: ActionError?.none)
        } catch {
          continuation.resume(returning: error)
        }
      }
    }
    if let failure { throw failure }
  }

  /// As `details`, on the calling thread.
  ///
  /// - Throws: `unsupported` where the kernel answers about no socket of its protocol, `failed` where
  ///   too many files are open to ask.
  func detailsNow(of connection: Connection) throws(ActionError) -> SocketDetails? {
    var request = SockDiagRequest(connection)
    request.extensions = SockDiagRequest.everything
    do throws(Errno) {
      let answer = try inNamespace(of: connection) { (socket: inout NetlinkSocket) throws(Errno) in
        try Self.find(request, &socket)
      }
      return answer??.details(of: connection.proto, at: clock.now)
    } catch {
      if error == .protocolNotSupported { throw .noSocketDiagnosis(of: connection.proto) }
      if error.isShortageOfFiles { throw .asking(error) }
      return nil
    }
  }

  /// The answer about exactly the socket with this cookie.
  ///
  /// A lookup by addresses does not find every socket: of listeners that share a port the kernel
  /// chooses one, and a socket that is bound to a device is found only by who names the device. So
  /// where it fails, all sockets with these ports are asked for.
  private static func find(
    _ request: SockDiagRequest,
    _ socket: inout NetlinkSocket
  ) throws(Errno) -> SockDiagAnswer? {
    var found: SockDiagAnswer?
    func take(_ message: NetlinkMessage) {
      if let answer = SockDiagAnswer(message), answer.cookie == request.cookie { found = answer }
    }
    do throws(Errno) {
      // The kernel takes the two ends of a UDP lookup for each other: it would find the peer.
      if request.proto == .udp { throw .noSuchFileOrDirectory }
      try socket.ask(SOCK_DIAG_BY_FAMILY, request.bytes, take)
    } catch .noSuchFileOrDirectory {
      var dump = request
      // A UDP socket without a remote end of its own talks with many, from any of its addresses.
      if request.proto == .udp { dump.forgetAddresses() }
      // A socket is listed with its own family, and one of IPv6 can have IPv4 addresses.
      for family in request.family == AF_INET ? [AF_INET, AF_INET6] : [AF_INET6] {
        dump.family = family
        if found == nil { try socket.list(dump.bytes, take) }
      }
    }
    return found
  }

  private func destroyNow(_ connection: Connection) throws(ActionError) {
    if connection.proto == .mptcp { throw .closingMPTCP }
    let request = SockDiagRequest(connection)
    let outcome: Void?
    do throws(Errno) {
      outcome = try inNamespace(of: connection) { (socket: inout NetlinkSocket) throws(Errno) in
        do throws(Errno) {
          try socket.ask(SOCK_DESTROY, request.bytes) { _ in }
        } catch .noSuchFileOrDirectory {
          try Self.destroyHidden(request, &socket)
        }
      }
    } catch {
      if error == .protocolNotSupported { throw .noSocketDiagnosis(of: connection.proto) }
      let own = finder.proc.namespaceInode("thread-self/ns/net")
      throw .closing(error, isElsewhere: connection.netns != own)
    }
    if outcome == nil { throw .namespaceNotFound(connection.netns) }
  }

  /// Ends a socket that a lookup by its addresses alone does not find.
  private static func destroyHidden(
    _ request: SockDiagRequest,
    _ socket: inout NetlinkSocket
  ) throws(Errno) {
    guard let answer = try find(request, &socket) else { throw .noSuchFileOrDirectory }
    var named = request
    named.interface = answer.interface
    // Which one of several listeners a lookup finds depends on the remote port. The kernel compares
    // the cookie, so no other one is ever ended.
    let port = request.remote.port
    for port in port...(port == 0 ? listenerAttempts : port) {
      named.remote = Endpoint(address: request.remote.address, port: port)
      do throws(Errno) {
        return try socket.ask(SOCK_DESTROY, named.bytes) { _ in }
      } catch .noSuchFileOrDirectory {
        continue
      }
    }
    throw try find(request, &socket) == nil ? .noSuchFileOrDirectory : .resourceBusy
  }

  /// Runs `body` with a socket in the namespace of a connection; `nil` if that cannot be found.
  private func inNamespace<Result>(
    of connection: Connection,
    _ body: (inout NetlinkSocket) throws(Errno) -> Result
  ) throws(Errno) -> Result? {
    let holder = (connection.owner?.process.id).flatMap { $0.isVisible ? $0.pid : nil }
    return try finder.inNamespace(connection.netns, holder: holder) { () throws(Errno) in
      var socket = try NetlinkSocket()
      return try body(&socket)
    }
  }
}
