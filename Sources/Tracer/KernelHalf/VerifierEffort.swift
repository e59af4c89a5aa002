/// How long the verifier takes for a program, compared with the others.
///
/// The length of a program does not show it: it follows every path, and checks each function that the
/// program calls as well.
enum VerifierEffort {
  /// Hundredths of a millisecond on Linux 6.18, as far as it is not that of most programs.
  static let known: [String: Int] = [
    "state_changed": 4300, "state_missed": 6200, "state_missed_twice": 6200,
    "state_missed_thrice": 6200,
    "scan_files": 1200, "scan_namespace": 960, "scan_udp": 680,
    "pass_typed": 1000, "pass_untyped": 1000,
    "datagram_sent": 840, "datagram_received": 850,
    "datagram_sent_v4": 840, "datagram_sent_v6": 840, "datagram_arrived": 850,
  ]

  private static let ofMost = 350

  static func of(_ program: String) -> Int { known[program] ?? ofMost }

  /// Distributes programs so that all shares take about as long.
  ///
  /// - Returns: in which share each is.
  static func distribute(_ programs: [String], over shares: Int) -> [String: Int] {
    var efforts = [Int](repeating: 0, count: shares)
    var places: [String: Int] = [:]
    for program in programs.sorted(by: { (of($1), $0) < (of($0), $1) }) {
      let share = efforts.indices.min { efforts[$0] < efforts[$1] } ?? 0
      efforts[share] += of(program)
      places[program] = share
    }
    return places
  }
}
