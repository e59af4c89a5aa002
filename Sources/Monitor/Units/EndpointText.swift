package import Connections
import StyledText

extension Endpoint {
  /// The endpoint in at most this many columns: if it is longer, `…` replaces the middle of the
  /// host, and the port stays.
  ///
  /// - Parameters:
  ///   - host: a name to show in place of the address, fit for a terminal.
  ///   - service: a name to show in place of the port.
  package func fitted(
    to columns: Int,
    host: String? = nil,
    service: String? = nil
  ) -> String {
    let text = host ?? address.description
    // An end that no program saw can leave it unknown.
    let port = service ?? (port == 0 ? "?" : "\(port)")
    let isBracketed = host == nil && !address.isV4
    let frame = (isBracketed ? "[" : "", "\(isBracketed ? "]" : ""):\(port)")
    let whole = frame.0 + text + frame.1
    if SafeText.columns(of: whole) <= columns { return whole }
    let room = columns - SafeText.columns(of: frame.0 + frame.1) - 1
    if room < 2 {
      let short = "…:\(port)"
      return SafeText.columns(of: short) <= columns
        ? short : String(short.suffix(max(0, columns)))
    }
    let head = text.prefix(columns: (room + 1) / 2)
    return "\(frame.0)\(head)…\(text.suffix(columns: room / 2))\(frame.1)"
  }

}

extension String {
  /// As many of the first characters as fit into this many columns.
  fileprivate func prefix(columns: Int) -> Substring {
    var room = columns
    return prefix { character in
      room -= SafeText.columns(of: String(character))
      return room >= 0
    }
  }

  /// As many of the last characters as fit into this many columns.
  fileprivate func suffix(columns: Int) -> String {
    String(String(reversed()).prefix(columns: columns).reversed())
  }
}
