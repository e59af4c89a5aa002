import Connections

@testable import Tracer

extension StateEvent {
  /// Those of the connection of the samples, which `DiagSocket` has too.
  static let client = Endpoint(address: Address(v4: 0x0a00_0001), port: 40000)
  static let server = Endpoint(address: Address(v4: 0x0a00_0002), port: 80)

  /// An event of the socket 7 of the client, unless it is said.
  ///
  /// - Parameter nanoseconds: after the first second.
  static func sample(
    _ kind: Kind,
    at nanoseconds: Int64 = 0,
    socket: UInt64 = 7,
    cookie: UInt64? = nil,
    local: Endpoint = client,
    remote: Endpoint = server,
    pid: Int32 = 1,
    cpu: UInt16 = 0,
    context: UInt64 = 0
  ) -> StateEvent {
    StateEvent(
      kind: kind,
      time: Timestamp(nanoseconds: 1_000_000_000 + nanoseconds),
      monotonic: UInt64(nanoseconds),
      socket: socket,
      cookie: cookie,
      proto: .tcp,
      family: nil,
      local: local,
      remote: remote,
      resetReason: nil,
      current: Current(pid: pid, uid: 0, gid: 0, name: "p"),
      cpu: cpu,
      context: context
    )
  }
}
