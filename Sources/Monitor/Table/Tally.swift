import Connections

/// The numbers under which live rows are counted: those of their states, and one for flows of UDP.
enum Tally {
  static let flow = SocketState.allCases.count
  static let count = flow + 1
}
