import CTracer
import Connections
import Glibc
import Testing

@testable import Tracer

@Suite struct StateEventReaderTests {
  private static let socket: UInt64 = 0xffff_8881_0234_5678
  private static let local: [UInt8] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10]
  private static let remote: [UInt8] = Array(repeating: 0, count: 10) + [0xff, 0xff, 192, 0, 2, 1]

  /// An entry as the programs write it, with its fields where a format has them. The bytes between
  /// are not zero.
  private func entry(
    _ kind: nettop_state_event_kind,
    _ format: TracepointFormat,
    _ fields: [String: [UInt8]]
  ) -> [UInt8] {
    var event = nettop_state_event()
    event.time_ns = 5_000_000_000
    event.kind = UInt16(kind.rawValue)
    event.pid = 42
    event.uid = 7
    event.gid = 8
    event.cpu = 3
    event.context = 0xffff_e8ff_ffa0_1000
    withUnsafeMutableBytes(of: &event.comm) { $0.copyBytes(from: Array("curl".utf8)) }
    withUnsafeMutableBytes(of: &event.record) { record in
      for index in record.indices { record[index] = 0xa5 }
      for (name, bytes) in fields {
        guard let field = format[name] else { continue }
        for (index, byte) in bytes.prefix(field.size).enumerated() {
          record[field.offset - Int(NETTOP_TRACEPOINT_HEAD) + index] = byte
        }
      }
    }
    return withUnsafeBytes(of: event) { Array($0) }
  }

  /// A number with room for eight bytes: a field takes as many as it has.
  private func number(_ number: UInt64) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private func fields(from old: UInt64, to new: UInt64, proto: UInt64 = 6) -> [String: [UInt8]] {
    [
      "skaddr": number(Self.socket), "oldstate": number(old), "newstate": number(new),
      "sport": number(40_000), "dport": number(443), "family": number(UInt64(AF_INET6)),
      "protocol": number(proto), "saddr_v6": Self.local, "daddr_v6": Self.remote,
    ]
  }

  private func reader(_ changed: String) throws -> StateEventReader? {
    StateEventReader(
      StateTracepoints(
        changed: try .sample(changed),
        resetReceived: try .sample(TracepointFormat.resetReceived),
        resetSent: try .sample(TracepointFormat.resetSent)
      ),
      clock: BootClock()
    )
  }

  private func read(_ reader: inout StateEventReader, _ entry: [UInt8]) -> StateEvent? {
    entry.withUnsafeBytes { reader.read($0, suspended: SuspendedTime()) }
  }

  @Test(arguments: [
    TracepointFormat.stateChange, TracepointFormat.bytewiseStateChange,
    TracepointFormat.tcpStateChange, TracepointFormat.strangeStateChange,
  ])
  func `finds the fields where the format has them`(text: String) throws {
    let format = try TracepointFormat.sample(text)
    var reader = try #require(try reader(text))
    let read = read(&reader, entry(NETTOP_STATE_CHANGED, format, fields(from: 7, to: 2)))
    let event = try #require(read)
    #expect(event.kind == .stateChange(from: .closed, to: .synSent))
    #expect(event.socket == Self.socket)
    #expect(event.local?.description == "[2001:db8::10]:40000")
    #expect(event.remote?.description == "192.0.2.1:443")
    #expect(event.proto == .tcp)
    #expect(event.family == (format["family"] == nil ? nil : AF_INET6))
    #expect(event.monotonic == 5_000_000_000)
    #expect(event.current == StateEvent.Current(pid: 42, uid: 7, gid: 8, name: "curl"))
    #expect(event.cpu == 3 && event.context == 0xffff_e8ff_ffa0_1000)
    #expect(event.cookie == nil && event.resetReason == nil)
    #expect(reader.unreadable == 0)
  }

  @Test func `reads a reset that was received, with the cookie`() throws {
    let format = try TracepointFormat.sample(TracepointFormat.resetReceived)
    var reader = try #require(try reader(TracepointFormat.stateChange))
    #expect(reader.readsResets == (true, true))
    var fields = fields(from: 0, to: 0)
    fields["sock_cookie"] = number(4711)
    let event = try #require(read(&reader, entry(NETTOP_RESET_RECEIVED, format, fields)))
    #expect(event.kind == .resetReceived)
    #expect(event.socket == Self.socket)
    #expect(event.cookie == 4711)
    #expect(event.remote?.description == "192.0.2.1:443")
  }

  @Test(arguments: [(UInt64(11), "TCP_ABORT_ON_CLOSE"), (99, "99")])
  func `reads a reset that was sent, with its reason`(number: UInt64, reason: String) throws {
    let format = try TracepointFormat.sample(TracepointFormat.resetSent)
    var reader = try #require(try reader(TracepointFormat.stateChange))
    let fields = ["skaddr": self.number(Self.socket), "reason": self.number(number)]
    let event = try #require(read(&reader, entry(NETTOP_RESET_SENT, format, fields)))
    #expect(event.kind == .resetSent)
    #expect(event.socket == Self.socket)
    #expect(event.resetReason == reason)
    #expect(event.local == nil && event.remote == nil)
  }

  private static let protocols: [(UInt64, TransportProtocol?)] = [
    (6, .tcp), (262, .mptcp), (17, nil), (132, nil), (33, nil),
  ]

  @Test(arguments: protocols)
  func `passes over other protocols`(proto: UInt64, expected: TransportProtocol?) throws {
    let format = try TracepointFormat.sample(TracepointFormat.stateChange)
    var reader = try #require(try reader(TracepointFormat.stateChange))
    let fields = fields(from: 1, to: 7, proto: proto)
    let event = read(&reader, entry(NETTOP_STATE_CHANGED, format, fields))
    #expect(event?.proto == expected)
    #expect(reader.unreadable == 0)
  }

  @Test func `counts what it cannot read`() throws {
    let format = try TracepointFormat.sample(TracepointFormat.stateChange)
    var reader = try #require(try reader(TracepointFormat.stateChange))
    let whole = entry(NETTOP_STATE_CHANGED, format, fields(from: 7, to: 2))
    let strange = entry(nettop_state_event_kind(rawValue: 9), format, fields(from: 7, to: 2))
    for (index, bytes) in [
      [], Array(whole.dropLast()), strange,
      entry(NETTOP_STATE_CHANGED, format, fields(from: 0, to: 2)),
      entry(NETTOP_STATE_CHANGED, format, fields(from: 7, to: 99)),
    ].enumerated() {
      #expect(read(&reader, bytes) == nil)
      #expect(reader.unreadable == UInt64(index + 1))
    }
    // The kernel fills up an entry.
    #expect(read(&reader, whole + [1, 2, 3, 4]) != nil)
  }

  @Test(arguments: ["skaddr", "oldstate", "newstate", "sport", "dport", "saddr_v6", "daddr_v6"])
  func `is none without a field that it needs`(name: String) throws {
    let lines = TracepointFormat.stateChange.split(separator: "\n")
    func text(_ change: (Substring) -> String?) -> String {
      lines.compactMap { line in
        let isField = line.contains(" \(name);") || line.contains(" \(name)[")
        return isField ? change(line) : String(line)
      }.joined(separator: "\n")
    }
    #expect(try reader(text { String($0) }) != nil)
    #expect(try reader(text { _ in nil }) == nil)
    // Of another size, among the common fields, and beyond what is handed over.
    for place in ["offset:8;\tsize:3;", "offset:0;\tsize:4;", "offset:84;\tsize:8;"] {
      let moved = text { line in "\(line.prefix { $0 != ";" });\t\(place)\tsigned:0;" }
      #expect(try reader(moved) == nil)
    }
  }

  @Test func `reads no resets of sockets that it cannot name`() throws {
    let format = try TracepointFormat.sample("ID: 4\nfield:int state; offset:8; size:4;")
    let changed = try TracepointFormat.sample(TracepointFormat.stateChange)
    let reader = StateEventReader(
      StateTracepoints(changed: changed, resetReceived: format, resetSent: nil),
      clock: BootClock()
    )
    #expect(try #require(reader).readsResets == (false, false))
  }

  @Test(arguments: [
    (4096, 1, 4096), (4096, 2, 8192), (4096, 3, 16384), (8192, 64, 524_288),
    (512 << 10, 100, 64 << 20), (512 << 10, 500, 64 << 20),
  ])
  func `a ring has room for all CPUs`(bytes: Int, cpus: Int, size: Int) {
    #expect(EventBuffer.ringBytes(bytes, cpus: cpus) == size)
  }

  /// Kernels before 5.2 have none of the maps of global data.
  @Test func `the programs have no global data`() throws {
    let object = try BPFObject(
      bytes: nettop_events_bytes(),
      size: Int(nettop_events_size()),
      name: "events"
    )
    #expect(Set(object.mapNames) == ["event_buffers", "event_ring", "undelivered"])
  }
}
