import Connections
import Glibc
import Testing

@testable import Tracer

/// Which source the tests of the live kernel look at: `NETTOP_TEST_SOURCE`, `bpf` unless it is set.
enum TestedSource {
  static let choice =
    getenv("NETTOP_TEST_SOURCE").flatMap { LiveSource.Choice(rawValue: String(cString: $0)) }
    ?? .bpf

  static func knows(_ gap: SourceHealth.Gap) -> Bool {
    choice != .diag || !InetDiagSource.gaps.contains(gap)
  }
}

extension Trait where Self == ConditionTrait {
  /// Leaves a test out for a source that does not know something.
  static func needs(_ gap: SourceHealth.Gap) -> Self {
    .enabled(
      if: TestedSource.knows(gap),
      "the source diag does not know \(gap.meaning)"
    )
  }

  /// Leaves out what is about the programs or the maps of BPF.
  static var ofBPF: Self { .ofBPF("of the source bpf alone") }

  /// Leaves out what only these can tell.
  static func ofBPF(_ reason: Comment) -> Self {
    .enabled(if: TestedSource.choice != .diag, reason)
  }
}
