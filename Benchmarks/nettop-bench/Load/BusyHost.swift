import Glibc

/// A load that leaves nothing of the CPUs idle: processes that spin, one for each, and processes that
/// open and close connections.
final class BusyHost {
  private let spinners: [Load]
  private let workers: [Load]

  /// - Parameter rate: how many connections a second in all, if the machine can.
  init(_ namespace: Namespace, rate: Double) throws {
    let cpus = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    spinners = try (0..<cpus).map { _ in try Load(.spin, in: namespace) }
    workers = try (0..<cpus).map {
      try Load(
        .connections,
        in: namespace,
        host: "127.0.0.\($0 + 1)",
        rate: rate / Double(cpus)
      )
    }
  }

  /// How many processes do nothing but spin.
  var spinning: Int { spinners.count }

  /// How many connections there were so far.
  var made: Int { workers.reduce(0) { $0 + Int($1.mark().done) } }

  /// Ends it.
  ///
  /// - Returns: how many connections there were.
  @discardableResult
  func stop() throws -> Int {
    for spinner in spinners { _ = try spinner.stop() }
    return try workers.reduce(0) { $0 + Int(try $1.stop()) }
  }
}
