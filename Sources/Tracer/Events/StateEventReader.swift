internal import CTracer
import Connections
import Glibc

/// Reads what the programs of `events.bpf.c` hand over, with the fields where this kernel's
/// tracepoints have them.
struct StateEventReader {
  private let changed: Layout
  private let resetReceived: Layout?
  private let resetSent: Layout?
  private let destroyed: Layout?
  private let clock: BootClock
  /// Entries that could not be read: each may have been an event.
  private(set) var unreadable: UInt64 = 0

  /// Whether it can read resets that were received, and those that were sent.
  var readsResets: (received: Bool, sent: Bool) { (resetReceived != nil, resetSent != nil) }

  /// Whether it can read destroyed sockets: only with their cookies.
  var readsDestroyed: Bool { destroyed != nil }

  /// `nil` if the tracepoint of changes of state lacks a field, or has it beyond what the programs
  /// hand over. A reset needs a socket, no more.
  init?(_ tracepoints: StateTracepoints, clock: BootClock) {
    guard let layout = Layout(tracepoints.changed), layout.old != nil, layout.new != nil,
      layout.local != nil,
      layout.remote != nil
    else { return nil }
    changed = layout
    resetReceived = tracepoints.resetReceived.flatMap(Layout.init)
    resetSent = tracepoints.resetSent.flatMap(Layout.init)
    destroyed = tracepoints.destroyed.flatMap(Layout.init).flatMap { $0.cookie == nil ? nil : $0 }
    self.clock = clock
  }

  /// The event of an entry; `nil` for one of another protocol, or one that cannot be read.
  ///
  /// - Parameter suspended: by how much `CLOCK_BOOTTIME` is ahead of `CLOCK_MONOTONIC`.
  mutating func read(
    _ entry: UnsafeRawBufferPointer,
    suspended: SuspendedTime
  ) -> StateEvent? {
    guard entry.count >= MemoryLayout<nettop_state_event>.size,
      let layout = layout(entry.loadUnaligned(as: nettop_state_event.self).kind)
    else {
      unreadable += 1
      return nil
    }
    let event = entry.loadUnaligned(as: nettop_state_event.self)
    return withUnsafeBytes(of: event.record) { record in
      // SCTP and DCCP have the same tracepoint.
      guard let proto = layout.proto(record) else { return nil }
      guard let kind = kind(event.kind, layout, record) else {
        unreadable += 1
        return nil
      }
      return StateEvent(
        kind: kind,
        time: clock.timestamp(monotonicNanoseconds: event.time_ns, suspended: suspended),
        monotonic: event.time_ns,
        socket: layout.socket.number(record),
        cookie: layout.cookie.map { $0.number(record) },
        proto: proto,
        family: layout.family.map { Int32(truncatingIfNeeded: $0.number(record)) },
        local: layout.local?.endpoint(record),
        remote: layout.remote?.endpoint(record),
        resetReason: layout.reason(record),
        current: StateEvent.Current(
          pid: Int32(truncatingIfNeeded: event.pid),
          uid: event.uid,
          gid: event.gid,
          name: withUnsafeBytes(of: event.comm) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
          }
        ),
        cpu: event.cpu,
        context: event.context
      )
    }
  }

  private func layout(_ kind: UInt16) -> Layout? {
    switch nettop_state_event_kind(rawValue: UInt32(kind)) {
    case NETTOP_STATE_CHANGED: changed
    case NETTOP_RESET_RECEIVED: resetReceived
    case NETTOP_RESET_SENT: resetSent
    case NETTOP_SOCKET_DESTROYED: destroyed
    default: nil
    }
  }

  /// `nil` for states that no socket has.
  private func kind(
    _ kind: UInt16,
    _ layout: Layout,
    _ record: UnsafeRawBufferPointer
  ) -> StateEvent.Kind? {
    if kind == NETTOP_RESET_RECEIVED.rawValue { return .resetReceived }
    if kind == NETTOP_RESET_SENT.rawValue { return .resetSent }
    if kind == NETTOP_SOCKET_DESTROYED.rawValue { return .destroyed }
    guard let old = layout.old?.state(record), let new = layout.new?.state(record) else {
      return nil
    }
    return .stateChange(from: old, to: new)
  }
}

/// Where the part of a tracepoint's record that is handed over has the fields that are read.
private struct Layout {
  let socket: Place
  let old: Place?
  let new: Place?
  let family: Place?
  let cookie: Place?
  private let transport: Place?
  private let reason: Place?
  private let reasonNames: [UInt64: String]
  let local: EndpointPlace?
  let remote: EndpointPlace?

  init?(_ format: TracepointFormat) {
    guard let socket = Place(format["skaddr"], sizes: [4, 8]) else { return nil }
    self.socket = socket
    old = Place(format["oldstate"], sizes: [1, 2, 4])
    new = Place(format["newstate"], sizes: [1, 2, 4])
    family = Place(format["family"], sizes: [2])
    transport = Place(format["protocol"], sizes: [1, 2, 4])
    cookie = Place(format["sock_cookie"], sizes: [8])
    reason = Place(format["reason"], sizes: [4])
    reasonNames = format.names(of: "reason")
    local = EndpointPlace(address: format["saddr_v6"], port: format["sport"])
    remote = EndpointPlace(address: format["daddr_v6"], port: format["dport"])
  }

  /// `nil` for protocols other than TCP and MPTCP. A byte has no room for that of MPTCP, which is
  /// younger than the larger field.
  func proto(_ record: UnsafeRawBufferPointer) -> TransportProtocol? {
    guard let transport else { return .tcp }
    let proto = UInt16(exactly: transport.number(record)).flatMap(TransportProtocol.init)
    return proto == .udp ? nil : proto
  }

  func reason(_ record: UnsafeRawBufferPointer) -> String? {
    guard let number = reason?.number(record) else { return nil }
    return reasonNames[number] ?? String(number)
  }
}

/// A field that is a number, in the byte order of this host.
private struct Place {
  fileprivate let offset: Int
  private let size: Int

  /// `nil` if there is no such field, if it has another size, or if it is not handed over.
  init?(_ field: TracepointFormat.Field?, sizes: Set<Int>) {
    guard let field, sizes.contains(field.size) else { return nil }
    let start = field.offset - Int(NETTOP_TRACEPOINT_HEAD)
    guard start >= 0, start + field.size <= Int(NETTOP_TRACEPOINT_BYTES) else { return nil }
    offset = start
    size = field.size
  }

  func number(_ record: UnsafeRawBufferPointer) -> UInt64 {
    switch size {
    case 1: UInt64(record.loadUnaligned(fromByteOffset: offset, as: UInt8.self))
    case 2: UInt64(record.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    case 4: UInt64(record.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    default: record.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
  }

  func state(_ record: UnsafeRawBufferPointer) -> SocketState? {
    let state = UInt8(exactly: number(record)).flatMap(SocketState.init)
    // A number of UDP alone.
    return state == .unconnected ? nil : state
  }
}

/// An address, which the kernel gives as one of IPv6 for all families (IPv4-mapped), and its port.
private struct EndpointPlace {
  private let address: Place
  private let port: Place

  init?(address: TracepointFormat.Field?, port: TracepointFormat.Field?) {
    guard let address = Place(address, sizes: [16]), let port = Place(port, sizes: [2]) else {
      return nil
    }
    self.address = address
    self.port = port
  }

  func endpoint(_ record: UnsafeRawBufferPointer) -> Endpoint {
    Endpoint(
      address: Address(networkOrder: record, at: address.offset),
      port: UInt16(truncatingIfNeeded: port.number(record))
    )
  }
}
