import Glibc

/// How much slower this machine is than those that the tests were written on, by
/// `NETTOP_TEST_PATIENCE`: 1, and about 10 in a guest whose CPU is emulated.
enum Patience {
  static let factor = getenv("NETTOP_TEST_PATIENCE").flatMap { Int(String(cString: $0)) } ?? 1

  /// So long as this takes at most, here.
  static func seconds(_ seconds: Int) -> Int { seconds * factor }

  /// So many that work with them takes here as long as with these elsewhere.
  static func crowd(_ count: Int) -> Int { count / factor }
}
