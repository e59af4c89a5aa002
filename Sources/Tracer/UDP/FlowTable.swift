import Connections

/// Makes rows of what the kernel half reports about UDP sockets and their flows.
///
/// Pure: it knows neither the kernel nor a clock. Each batch gives it the sockets first, then those
/// that ended, then the flows, so that the owner of a flow is known.
struct FlowTable {
  private var sockets: [UInt64: DatagramSocket] = [:]
  /// Sockets that ended, until the flows are reported.
  private var ended: [UInt64] = []
  /// Flows whose socket was not reported yet.
  private var waiting: [Flow.ID: Flow] = [:]
  /// Numbers the rows: never as large as a time of opening, which numbers the sockets' own.
  private var serial: UInt64 = 0
  private var rows: [Connection] = []
  /// When every flow that is older than the tracer has had a datagram or has ended: what comes later
  /// on a socket that is older begins a flow, what comes before may not.
  private let openingsKnownFrom: Timestamp

  init(openingsKnownFrom: Timestamp = Timestamp(nanoseconds: 0)) {
    self.openingsKnownFrom = openingsKnownFrom
  }

  /// Flows that have a row.
  private(set) var count = 0

  /// How many sockets with a local port are followed in each network namespace.
  var socketCounts: [UInt32: Int] {
    sockets.values.reduce(into: [:]) { counts, socket in
      if socket.end == nil, socket.connection.local.port != 0 {
        counts[socket.connection.netns, default: 0] += 1
      }
    }
  }

  /// The rows that changed since the last call, each as it was then; those that ended with their
  /// end.
  mutating func takeRows() -> [Connection] {
    defer { rows = [] }
    return rows
  }

  /// The kernel's present view of a socket, or its final one. The end is reported with the flows.
  mutating func observe(_ connection: Connection, at now: Timestamp) {
    let cookie = connection.id.cookie
    // Taken out, so that what it holds is changed in place.
    let known = sockets.removeValue(forKey: cookie)
    var socket = known ?? DatagramSocket(connection)
    defer { sockets[cookie] = socket }
    if let end = connection.end {
      if socket.end == nil { ended.append(cookie) }
      socket.end = end
      // Its memory can be another's by now, which leaves nothing to read.
      if connection.netns != 0 { socket.connection = connection }
      return
    }
    let isNewOwner = known != nil && socket.connection.owner != connection.owner
    if let peer = socket.peer, peer != connection.remote { leave(peer, &socket, at: now) }
    socket.connection = connection
    if !socket.isOpenToAll { endOwnRow(&socket, at: now) }
    if let peer = socket.peer, socket.rows[peer] == nil {
      addRow(
        DatagramSocket.Row(
          id: newID(cookie),
          local: connection.local,
          netns: connection.netns,
          direction: .outgoing,
          openedAt: connection.openedAt
        ),
        peer,
        &socket
      )
    }
    reportSocket(&socket)
    if isNewOwner {
      for (remote, row) in socket.rows where remote != socket.peer {
        rows.append(socket.flow(row, remote))
      }
    }
  }

  /// The flows that changed, and with them the end of the sockets that ended.
  ///
  /// - Parameter flows: in any order; one that ended can have a successor among them.
  mutating func apply(_ flows: [Flow], at now: Timestamp) {
    let early = waiting
    waiting = [:]
    for flow in early.values.sorted(by: Flow.precedes) {
      if sockets[flow.key.cookie] != nil {
        take(flow, at: now)
      } else if flow.end == nil {
        waiting[flow.id] = flow
      } else if !flow.isOverflow {
        reportAlone(flow, at: now)
      }
    }
    let hasEnds = flows.contains { $0.end != nil }
    for flow in hasEnds ? flows.sorted(by: Flow.precedes) : flows {
      if sockets[flow.key.cookie] != nil {
        take(flow, at: now)
      } else {
        waiting[flow.id] = flow
      }
    }
    for cookie in ended { finish(cookie) }
    ended = []
  }

  /// Ends sockets that are gone without a reported end.
  ///
  /// - Returns: how many these are.
  @discardableResult
  mutating func reconcile(live cookies: Set<UInt64>, at now: Timestamp) -> Int {
    let before = ended.count
    for (cookie, socket) in sockets where socket.end == nil && !cookies.contains(cookie) {
      sockets[cookie]?.end = Connection.End(at: now, reason: .unknown)
      ended.append(cookie)
    }
    return ended.count - before
  }
}

extension FlowTable {
  private mutating func newID(_ cookie: UInt64) -> Connection.ID {
    serial += 1
    return Connection.ID(cookie: cookie, generation: serial)
  }

  private mutating func addRow(
    _ row: DatagramSocket.Row,
    _ remote: Endpoint,
    _ socket: inout DatagramSocket
  ) {
    socket.rows[remote] = row
    count += 1
  }

  private mutating func endRow(
    _ remote: Endpoint,
    _ socket: inout DatagramSocket,
    _ end: Connection.End
  ) {
    guard let row = socket.rows.removeValue(forKey: remote) else { return }
    rows.append(socket.flow(row, remote, end: end))
    count -= 1
  }

  /// The row that has the figures of the socket itself.
  private mutating func reportSocket(_ socket: inout DatagramSocket) {
    if let peer = socket.peer {
      if let row = socket.rows[peer] { rows.append(socket.flow(row, peer)) }
    } else if socket.isOpenToAll {
      let id =
        socket.ownRow?.id
        ?? (socket.hadOwnRow ? newID(socket.connection.id.cookie) : socket.connection.id)
      let row = ownRow(id, of: socket)
      socket.ownRow = row
      socket.hadOwnRow = true
      rows.append(socket.own(row))
    }
  }

  private func ownRow(_ id: Connection.ID, of socket: DatagramSocket) -> DatagramSocket.OwnRow {
    DatagramSocket.OwnRow(
      id: id,
      local: socket.connection.local,
      remote: Endpoint(address: socket.connection.remote.address, port: 0)
    )
  }

  /// The socket is no longer connected to this remote end.
  private mutating func leave(
    _ peer: Endpoint,
    _ socket: inout DatagramSocket,
    at now: Timestamp
  ) {
    guard var row = socket.rows[peer] else { return }
    row.earlier = row.earlier + (socket.overflow - socket.reportedOverflow)
    socket.reportedOverflow = socket.overflow
    socket.rows[peer] = row
    if row.isCounted {
      var left = socket
      left.connection.remote = Endpoint(address: peer.address, port: 0)
      rows.append(left.flow(row, peer))
    } else {
      endRow(peer, &socket, Connection.End(at: now, reason: .closed))
    }
  }

  private mutating func endOwnRow(_ socket: inout DatagramSocket, at now: Timestamp) {
    guard let row = socket.ownRow else { return }
    rows.append(socket.own(row, end: Connection.End(at: now, reason: .closed)))
    socket.ownRow = nil
    socket.reportedOverflow = socket.overflow
  }

  /// A flow of a socket that is known.
  private mutating func take(_ flow: Flow, at now: Timestamp) {
    let cookie = flow.key.cookie
    guard var socket = sockets.removeValue(forKey: cookie) else { return }
    defer { sockets[cookie] = socket }
    let remote = flow.key.remote
    if flow.isOverflow {
      socket.overflow = flow.datagrams
      if socket.end == nil { reportSocket(&socket) }
      return
    }
    if socket.rows[remote] == nil { addRow(row(flow, of: socket.connection), remote, &socket) }
    guard var row = socket.rows[remote] else { return }
    row.datagrams = flow.datagrams
    row.isCounted = true
    let isIdlePeer = flow.end == .idle && remote == socket.peer && socket.end == nil
    if isIdlePeer {
      // It stays: the socket is connected to it.
      row.earlier = row.earlier + row.datagrams
      row.datagrams = Datagrams()
      row.isCounted = false
    }
    socket.rows[remote] = row
    if let reason = flow.end, !isIdlePeer {
      endRow(remote, &socket, socket.end ?? Connection.End(at: now, reason: reason))
    } else {
      rows.append(socket.flow(row, remote))
    }
  }

  /// - Parameter socket: `nil` if it is not known.
  private mutating func row(_ flow: Flow, of socket: Connection?) -> DatagramSocket.Row {
    let isOld = socket?.openedAt == nil && flow.openedAt < openingsKnownFrom
    return DatagramSocket.Row(
      id: newID(flow.key.cookie),
      local: flow.local,
      netns: flow.netns,
      direction: flow.direction,
      openedAt: isOld ? nil : flow.openedAt
    )
  }

  /// A flow that ended and whose socket was never reported: the record of its end is lost.
  private mutating func reportAlone(_ flow: Flow, at now: Timestamp) {
    var row = row(flow, of: nil)
    row.datagrams = flow.datagrams
    let unknown = DatagramSocket(
      Connection(
        id: row.id,
        proto: .udp,
        local: flow.local,
        remote: Endpoint(address: flow.key.remote.address, port: 0),
        netns: flow.netns,
        direction: .unknown,
        state: .unconnected,
        counters: Counters(),
        owner: nil,
        openedAt: nil
      )
    )
    let end = Connection.End(at: now, reason: flow.end ?? .unknown)
    rows.append(unknown.flow(row, flow.key.remote, end: end))
  }

  /// Ends all rows of a socket that ended. One that lived between two batches has a row of its own
  /// only where that has figures that no flow has.
  private mutating func finish(_ cookie: UInt64) {
    guard var socket = sockets.removeValue(forKey: cookie), let end = socket.end else { return }
    let isTold = !socket.rows.isEmpty
    for remote in Array(socket.rows.keys) { endRow(remote, &socket, end) }
    let hasDrops = socket.connection.counters.drops.map { $0 > 0 } ?? false
    if let row = socket.ownRow {
      rows.append(socket.own(row, end: end))
    } else if !socket.hadOwnRow, socket.peer == nil || !isTold,
      socket.overflow != socket.reportedOverflow || hasDrops
    {
      rows.append(socket.own(ownRow(socket.connection.id, of: socket), end: end))
    }
  }
}
