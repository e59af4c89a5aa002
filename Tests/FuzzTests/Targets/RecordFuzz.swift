import CTracer
import Connections

@testable import Tracer

/// Records, entries of the ring buffer, flows and holders: the first byte of each says what it is, and
/// what comes after it. An entry also has a length in front, and need not be one that can be read.
func fuzzRecords(_ bytes: [UInt8]) {
  let clock = BootClock()
  let proc = ProcFS(root: "/nonexistent")
  var decoder = RecordDecoder(
    clock: clock,
    processes: ProcessTable(proc: proc, clock: clock),
    interfaces: InterfaceNames { place, _ in place.index % 2 == 0 ? nil : "eth\(place.index)" }
  )
  var connections = DeltaBuilder(endedLimit: 16, isAmended: true)
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

  func drops(of record: nettop_record) -> [LossCauses.Drop] {
    [LossCauses.Drop(reason: "test", packets: record.cookie)]
  }

  func observe(_ record: nettop_record, drops: [LossCauses.Drop]) {
    let connection = decoder.connection(record, drops: drops)
    if connection.proto == .udp {
      flows.observe(connection, at: now)
    } else if connection.end == nil {
      connections.observe(connection)
    } else {
      connections.end(connection)
    }
  }

  while let kind = rest.popFirst() {
    switch (kind & 0x3f) % 5 {
    case 0:
      let record = take(nettop_record())
      observe(record, drops: kind & 0x80 == 0 ? [] : drops(of: record))
    case 1:
      let length = Int(take(UInt16(0))) % 512
      let entry = Array(rest.prefix(length))
      rest = rest.dropFirst(length)
      switch entry.withUnsafeBytes({ KernelEvent($0) }) {
      case .end(let record)?:
        observe(record, drops: kind & 0x80 == 0 ? [] : drops(of: record))
      case .amendment(let amendment)?:
        connections.amend(amendment.cookie) { connection in
          connection.end = connection.end.map { decoder.end($0, amendedBy: amendment) }
        }
      case .closer(let closer)?:
        connections.amend(closer.cookie, closedBy: decoder.process(closer.owner))
      case nil: break
      }
    case 2:
      flows.apply([decoder.flow(take(nettop_flow()))], at: now)
    case 3:
      _ = decoder.replaceHolders([take(nettop_holder()), take(nettop_holder())])
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
    if case .ended(let connection) = delta { precondition(connection.end != nil) }
  }
}
