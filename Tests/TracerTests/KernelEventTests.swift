import CTracer
import Connections
import Testing

@testable import Tracer

/// Entries of the ring buffer are told apart by their head, and read only if they are as it says.
@Suite struct KernelEventTests {
  private static let endKind = NETTOP_EVENT_END.rawValue
  private static let amendmentKind = NETTOP_EVENT_AMENDMENT.rawValue
  private static let closerKind = NETTOP_EVENT_CLOSER.rawValue

  /// The bytes of an entry, with a head of its own kind and length unless others are given.
  private func bytes<Entry: BitwiseCopyable>(
    _ entry: Entry,
    kind: UInt32,
    length: Int? = nil
  ) -> [UInt8] {
    var bytes = withUnsafeBytes(of: entry) { [UInt8]($0) }
    let head = nettop_event(kind: kind, length: UInt32(length ?? bytes.count))
    withUnsafeBytes(of: head) { bytes.replaceSubrange(0..<$0.count, with: $0) }
    return bytes
  }

  private var end: nettop_end_event {
    var event = nettop_end_event()
    event.record.cookie = 7
    event.record.unsent = 9
    return event
  }

  private func read(_ bytes: [UInt8]) -> KernelEvent? {
    bytes.withUnsafeBytes { KernelEvent($0) }
  }

  @Test func `each kind is read`() throws {
    var amendment = nettop_amendment_event()
    amendment.amendment.cookie = 8
    amendment.amendment.error = 99
    var closer = nettop_closer_event()
    closer.closer.cookie = 9
    closer.closer.owner.pid = 1234
    guard case .end(let record)? = read(bytes(end, kind: Self.endKind)) else {
      Issue.record("no end")
      return
    }
    #expect(record.cookie == 7)
    #expect(record.unsent == 9)
    guard
      case .amendment(let amended)? = read(bytes(amendment, kind: Self.amendmentKind))
    else {
      Issue.record("no amendment")
      return
    }
    #expect(amended.cookie == 8)
    #expect(amended.error == 99)
    guard case .closer(let holder)? = read(bytes(closer, kind: Self.closerKind)) else {
      Issue.record("no closer")
      return
    }
    #expect(holder.cookie == 9)
    #expect(holder.owner.pid == 1234)
  }

  @Test(arguments: [0, closerKind + 1, UInt32.max])
  func `an unknown kind is not read`(kind: UInt32) {
    #expect(read(bytes(end, kind: kind)) == nil)
  }

  /// Neither the kind nor the length is trusted without the other.
  @Test(arguments: [amendmentKind, closerKind])
  func `a kind with the length of another is not read`(kind: UInt32) {
    #expect(read(bytes(end, kind: kind)) == nil)
    #expect(read(bytes(nettop_amendment_event(), kind: Self.endKind)) == nil)
  }

  @Test func `a length that is not that of the entry is not read`() {
    let whole = bytes(end, kind: Self.endKind)
    #expect(read(bytes(end, kind: Self.endKind, length: whole.count - 1)) == nil)
    #expect(read(bytes(end, kind: Self.endKind, length: Int(UInt32.max))) == nil)
    #expect(read(whole + [0]) == nil)
    for count in 0..<whole.count { #expect(read(Array(whole.prefix(count))) == nil) }
    // A head that tells the truth about an entry that is too short or too long.
    for count in [MemoryLayout<nettop_event>.size, whole.count - 8, whole.count + 8] {
      let entry = bytes(end, kind: Self.endKind, length: count) + [UInt8](repeating: 0, count: 8)
      #expect(read(Array(entry.prefix(count))) == nil)
    }
  }

  @Test func `what cannot be read is counted`() {
    var reader = KernelEventReader()
    let whole = bytes(end, kind: Self.endKind)
    for entry in [whole, [], Array(whole.dropLast()), whole] {
      _ = entry.withUnsafeBytes { reader.read($0) }
    }
    #expect(reader.unreadable == 2)
  }
}
