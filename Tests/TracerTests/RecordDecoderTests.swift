import CTracer
import Connections
import Testing

@testable import Tracer

@Suite struct RecordDecoderTests {
  /// The counters of a connection with fast retransmits.
  ///
  /// - Parameters:
  ///   - opened: 0 if it is older than the tracer.
  ///   - total: what the kernel counted since the opening.
  private func counters(opened: UInt64, fast: UInt32, total: UInt32) -> Counters {
    var record = nettop_record()
    record.cookie = 1
    record.protocol = 6
    record.state = SocketState.established.rawValue
    record.opened_ns = opened
    record.fast_retrans = fast
    record.total_retrans = total
    record.drops = .max
    let clock = BootClock()
    var decoder = RecordDecoder(
      clock: clock,
      processes: ProcessTable(proc: ProcFS(root: "/nonexistent"), clock: clock),
      interfaces: InterfaceNames { _, _ in nil }
    )
    return decoder.connection(record).counters
  }

  @Test func `causes are unknown if some retransmits came before the tracer`() {
    let older = counters(opened: 0, fast: 306, total: 4264)
    #expect(older.retransmits == 4264)
    #expect(older.lossCauses == nil)
    #expect(older.retransmits(\.fast) == nil)
    #expect(older.retransmits(\.timeout) == nil)
  }

  @Test func `causes are known if none came before the tracer`() {
    for opened in [UInt64(0), 5] {
      #expect(counters(opened: opened, fast: 3, total: 3).retransmits(\.fast) == 3)
      #expect(counters(opened: opened, fast: 3, total: 3).retransmits(\.timeout) == 0)
      #expect(counters(opened: opened, fast: 0, total: 0).retransmits(\.fast) == 0)
    }
  }

  @Test func `a segment that could not be sent leaves the causes of the others`() {
    #expect(counters(opened: 5, fast: 3, total: 4).retransmits(\.fast) == 3)
  }
}
