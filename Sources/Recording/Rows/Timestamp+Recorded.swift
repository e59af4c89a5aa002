import Connections

extension Timestamp {
  /// A moment that was read: within 146 years after 1970, so that the difference between any two fits
  /// into 64 bits, whatever the file has.
  init(recorded nanoseconds: Int64) {
    self.init(nanoseconds: min(max(nanoseconds, 0), 1 << 62))
  }

  /// The same of a clock that differs by so much.
  func recorded(shiftedBy offset: Int64) -> Timestamp {
    Timestamp(recorded: shifted(by: offset).nanoseconds)
  }
}
