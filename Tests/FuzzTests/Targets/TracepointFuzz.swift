import Connections

@testable import Tracer

/// The format of a tracepoint for all kinds of events, and after a zero byte an entry that is read by
/// it.
func fuzzTracepoints(_ bytes: [UInt8]) {
  let text = Array(bytes.prefix { $0 != 0 })
  guard let format = TracepointFormat(text) else { return }
  _ = format.names(of: "reason")
  let tracepoints = StateTracepoints(changed: format, resetReceived: format, resetSent: format)
  guard var reader = StateEventReader(tracepoints, clock: BootClock()) else { return }
  precondition(reader.readsResets == (true, true))
  var suspended = SuspendedTime()
  suspended.take(atLeast: 1, atMost: .max)
  let entry = Array(bytes.dropFirst(text.count + 1))
  let event = entry.withUnsafeBytes { reader.read($0, suspended: suspended) }
  precondition(reader.unreadable <= 1)
  guard let event else { return }
  precondition(event.proto != .udp && reader.unreadable == 0)
  precondition(event.current.name.utf8.count <= 3 * 16)
}
