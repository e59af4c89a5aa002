internal import CTracer

/// An entry of the ring buffer: what the kernel half reports about ends.
enum KernelEvent {
  case end(nettop_record)
  /// More about an end whose final record came before.
  case amendment(nettop_amendment)
  /// The process that closed a socket after its final record.
  case closer(nettop_holder)

  /// `nil` if the entry is of a kind that is not known, or not as long as its kind and head say.
  init?(_ entry: UnsafeRawBufferPointer) {
    func whole<Entry: BitwiseCopyable>(_: Entry.Type) -> Entry? {
      entry.count == MemoryLayout<Entry>.size ? entry.loadUnaligned(as: Entry.self) : nil
    }
    guard entry.count >= MemoryLayout<nettop_event>.size else { return nil }
    let head = entry.loadUnaligned(as: nettop_event.self)
    guard Int(head.length) == entry.count else { return nil }
    switch nettop_event_kind(rawValue: head.kind) {
    case NETTOP_EVENT_END:
      guard let event = whole(nettop_end_event.self) else { return nil }
      self = .end(event.record)
    case NETTOP_EVENT_AMENDMENT:
      guard let event = whole(nettop_amendment_event.self) else { return nil }
      self = .amendment(event.amendment)
    case NETTOP_EVENT_CLOSER:
      guard let event = whole(nettop_closer_event.self) else { return nil }
      self = .closer(event.closer)
    default:
      return nil
    }
  }
}

/// Reads entries of the ring buffer, and counts those that cannot be read: each may have been an end.
struct KernelEventReader {
  private(set) var unreadable: UInt64 = 0

  mutating func read(_ entry: UnsafeRawBufferPointer) -> KernelEvent? {
    let event = KernelEvent(entry)
    if event == nil { unreadable += 1 }
    return event
  }
}
