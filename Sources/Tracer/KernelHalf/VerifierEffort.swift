/// How long the verifier takes for a program, compared with the others.
///
/// The length of a program does not show it: it follows every path, and checks each function that the
/// program calls as well.
enum VerifierEffort {
  /// Hundredths of a millisecond on Linux 6.18, as far as it is not that of most programs.
  static let known: [String: Int] = [
    "state_changed": 2700, "state_missed": 3400, "state_missed_twice": 3400,
    "state_missed_thrice": 3400,
    "scan_files": 950, "scan_namespace": 690, "scan_udp": 420,
    "pass_typed": 780, "pass_untyped": 780,
    "datagram_sent": 590, "datagram_received": 580,
    "datagram_sent_v4": 590, "datagram_sent_v6": 590, "datagram_arrived": 580,
    "udp_created": 380, "destroyed": 290,
  ]

  private static let ofMost = 120

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
