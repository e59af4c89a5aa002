import Glibc

/// How much slower this machine is than those that the tests were written on, by
/// `NETTOP_TEST_PATIENCE`: 1, and about 10 in a guest whose CPU is emulated.
enum Patience {
  static let factor = getenv("NETTOP_TEST_PATIENCE").flatMap { Int(String(cString: $0)) } ?? 1

  /// So long as this takes at most, here.
  static func seconds(_ seconds: Int) -> Int { seconds * factor }

  /// A crowd that is made and watched here in about the time that this one takes elsewhere: each of
  /// it takes longer, and those who watch fall behind.
  static func crowd(_ count: Int) -> Int { count / (factor * factor) }
}
