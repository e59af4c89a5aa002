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

    /// Opens a listener, and closes it.
    private static func listen() throws {
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      guard listener >= 0 else { throw Errno(rawValue: errno) }
      defer { close(listener) }
      guard Glibc.listen(listener, 1) == 0 else { throw Errno(rawValue: errno) }
    }
  }
}
