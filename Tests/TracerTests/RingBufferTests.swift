import CTracer
import Glibc
import SystemPackage
import Testing

@testable import Tracer

extension LiveKernel {
  @Suite(.enabled(if: StateEvents.Transport.best == .ringBuffer, "needs Linux 5.8"))
  struct RingBuffers {
    @Test func `a drain ends, however many records come meanwhile`() throws {
      let object = try BPFObject(
        bytes: nettop_events_bytes(),
        size: Int(nettop_events_size()),
        name: "nettop_test"
      )
      let bytes = Int(getpagesize())
      try object.enable("state_to_ring", true)
      try object.leaveOut(map: "event_buffers")
      try object.resize("event_ring", to: bytes)
      try object.load()
      let buffer = try RingBuffer(try object.map("event_ring"))
      let tracepoints = try #require(StateTracepoints(try TraceFS()))
      let event = nettop_open_tracepoint(tracepoints.changed.id)
      try #require(event >= 0)
      let link = try object.attach("state_to_ring", event: event)

      // Each listener is two changes of state: it opens and closes.
      try Self.listen()
      let most = bytes / MemoryLayout<nettop_state_event>.size
      var count = 0
      withExtendedLifetime(link) {
        buffer.drain { _ in
          count += 1
          // Without an end of its own the drain would have none here.
          if count <= 10 * most { try? Self.listen() }
        }
        #expect((2...most).contains(count))
        // The rest is left for the next time.
        var rest = 0
        buffer.drain { _ in rest += 1 }
        #expect(rest > 0)
      }
    }

    @Test func `memory is mapped only while records are read`() throws {
      let object = try BPFObject(
        bytes: nettop_events_bytes(),
        size: Int(nettop_events_size()),
        name: "nettop_test"
      )
      let bytes = 1 << 20
      try object.enable("state_to_ring", true)
      try object.leaveOut(map: "event_buffers")
      try object.resize("event_ring", to: bytes)
      try object.load()
      let before = Self.mapped
      let buffer = try RingBuffer(try object.map("event_ring"))
      let tracepoints = try #require(StateTracepoints(try TraceFS()))
      let event = nettop_open_tracepoint(tracepoints.changed.id)
      try #require(event >= 0)
      let link = try object.attach("state_to_ring", event: event)
      // More than the ring has room for, so that it wraps.
      let record = MemoryLayout<nettop_state_event>.size + 8
      var count = 0
      var most = 0
      try withExtendedLifetime(link) {
        while count * record < 2 * bytes {
          for _ in 0..<500 { try Self.listen() }
          buffer.drain { event in
            #expect(event.count >= MemoryLayout<nettop_state_event>.size)
            count += 1
            if count % 1000 == 1 { most = max(most, Self.mapped - before) }
          }
          try #require(count > 0)
        }
      }
      #expect(most < bytes / 2)
      #expect(Self.mapped - before <= 2 * Int(getpagesize()))
    }

    /// Bytes of BPF maps that are mapped.
    private static var mapped: Int {
      let maps = ProcFS().read("self/maps", limit: 1 << 20) ?? []
      return String(decoding: maps, as: UTF8.self).split(separator: "\n").filter {
        $0.hasSuffix("bpf-map")
      }.reduce(0) { bytes, line in
        let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { Int($0, radix: 16) }
        return bytes + (ends.count == 2 ? ends[1] - ends[0] : 0)
      }
    }

    /// Opens a listener, and closes it.
    private static func listen() throws {
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      guard listener >= 0 else { throw Errno(rawValue: errno) }
      defer { close(listener) }
      guard Glibc.listen(listener, 1) == 0 else { throw Errno(rawValue: errno) }
    }
  }
}
