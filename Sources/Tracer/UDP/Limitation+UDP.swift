import Connections

extension Limitation {
  /// UDP was not asked for.
  static let withoutUDP = Limitation(
    what: "UDP (off)",
    remedy: "Leave out --no-udp to follow it.",
    extent: .chosen
  )
}
