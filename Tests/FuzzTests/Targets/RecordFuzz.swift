import CTracer

@testable import Tracer

/// Records, flows, holders and amendments, each of the size that the input gives it: the first byte of
/// each says what it is.
func fuzzRecords(_ bytes: [UInt8]) {
  let clock = BootClock()
  let proc = ProcFS(root: "/nonexistent")
  var decoder = RecordDecoder(
    clock: clock,
    processes: ProcessTable(proc: proc, clock: clock),
    interfaces: InterfaceNames { place, _ in place.index % 2 == 0 ? nil : "eth\(place.index)" }
  )
  var connections = ConnectionTable(endedLimit: 16, isAmended: true)
  var flows = FlowTable()
  let now = clock.now
  var rest = bytes[...]

  /// The next structure; zeros where the input ends before it.
  func take<Value>(_ zero: Value) -> Value {
    var value = zero
    withUnsafeMutableBytes(of: &value) { target in
      let source = rest.prefix(target.count)
      for (index, byte) in source.enumerated() { target[index] = byte }
      rest = rest.dropFirst(source.count)
    }
    return value
  }

  while let kind = rest.popFirst() {
    switch kind % 7 {
    case 0, 1:
      let record = take(nettop_record())
      let drops = [Troubles.Drop(reason: "test", packets: record.cookie)]
      let connection = decoder.connection(record, drops: kind & 0x80 == 0 ? [] : drops)
      if connection.proto == .udp {
        flows.observe(connection, at: now)
      } else if connection.end == nil {
        connections.observe(connection)
      } else {
        connections.end(connection)
      }
    case 2:
      let amendment = take(nettop_amendment())
      connections.amend(amendment.cookie) { connection in
        connection.end = connection.end.map { decoder.end($0, amendedBy: amendment) }
      }
    case 3:
      flows.apply([decoder.flow(take(nettop_flow()))], at: now)
    case 4:
      _ = decoder.replaceHolders([take(nettop_holder()), take(nettop_holder())])
    case 5:
      let closer = take(nettop_holder())
      connections.amend(closer.cookie, closedBy: decoder.process(closer.owner))
    default:
      let cookies: Set<UInt64> = [take(UInt64(0))]
      connections.reconcile(live: cookies, at: now)
      flows.reconcile(live: cookies, at: now)
    }
    for row in flows.takeRows() {
      if row.end == nil { connections.observe(row) } else { connections.end(row) }
    }
    if kind & 0x40 != 0 { _ = connections.takeDeltas() }
  }
  for delta in connections.takeDeltas() {
    if case .closed(let connection) = delta { precondition(connection.end != nil) }
  }
}
