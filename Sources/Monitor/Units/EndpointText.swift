package import Tracer

extension Endpoint {
  /// The endpoint in at most so many columns: where it is longer, `…` stands for the middle of the
  /// address, and the port stays.
  package func fitted(to columns: Int) -> String {
    let whole = description
    if whole.utf8.count <= columns { return whole }
    let frame = address.isV4 ? ("", ":\(port)") : ("[", "]:\(port)")
    let room = columns - frame.0.utf8.count - frame.1.utf8.count - 1
    if room < 2 {
      let short = "…:\(port)"
      return short.count <= columns ? short : String(short.suffix(max(0, columns)))
    }
    let text = address.description
    let head = text.prefix((room + 1) / 2)
    return "\(frame.0)\(head)…\(text.suffix(room / 2))\(frame.1)"
  }

  /// Whether there is no such end, as the remote end of a socket that never had one.
  var isNone: Bool { port == 0 && address.isUnspecified }
}
