/// Amounts of data in the units that a presentation asks for.
enum Amount {
  /// In at most five columns: `1.23M`.
  static func bytes(_ count: UInt64, _ presentation: Presentation) -> String {
    Quantity.bytes(count)
  }

  /// Bytes per second, in at most seven columns: `1.23M/s`.
  static func rate(_ perSecond: Double, _ presentation: Presentation) -> String {
    "\(Quantity.rate(perSecond))/s"
  }
}
