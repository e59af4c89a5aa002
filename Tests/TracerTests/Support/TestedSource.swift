import Connections
import Glibc
import Testing

@testable import Tracer

/// Which source the tests of the live kernel look at: `NETTOP_TEST_SOURCE`, `bpf` unless it is set.
enum TestedSource {
  static let choice =
    getenv("NETTOP_TEST_SOURCE").flatMap { LiveSource.Choice(rawValue: String(cString: $0)) }
    ?? .bpf

  /// What the source `diag` does not know as root.
  static let gapsOfDiag: Set<SourceHealth.Gap> = [
    .accepted, .direction, .datagrams, .causes, .heldEnds,
  ]
}

extension Trait where Self == ConditionTrait {
  /// Leaves a test out for a source that does not know something.
  static func needs(_ gap: SourceHealth.Gap) -> Self {
    .enabled(
      if: TestedSource.choice != .diag || !TestedSource.gapsOfDiag.contains(gap),
      "the source diag does not know \(gap.meaning)"
    )
  }

  /// Leaves out what is about the programs or the maps of BPF.
  static var ofBPF: Self {
    .enabled(if: TestedSource.choice != .diag, "of the source bpf alone")
  }
}
