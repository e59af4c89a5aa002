import Glibc
import Testing

@testable import Tracer

/// Which source the tests of the live kernel look at: `NETTOP_TEST_SOURCE`, `bpf` unless it is set.
enum TestedSource {
  static let choice =
    getenv("NETTOP_TEST_SOURCE").flatMap { LiveSource.Choice(rawValue: String(cString: $0)) }
    ?? .bpf
}
