import Connections

extension Connection.Direction {
  /// `->` where this end connected, `<-` where it accepted.
  var arrow: String {
    switch self {
    case .outgoing: "->"
    case .incoming: "<-"
    case .unknown: "--"
    }
  }
}
