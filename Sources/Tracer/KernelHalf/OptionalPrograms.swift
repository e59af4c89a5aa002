internal import CTracer
import Connections

/// The optional programs and arguments that are in use, and what the others would report.
struct OptionalPrograms {
  let programs: [OptionalProgram]
  /// Bits of `nettop_feature`.
  let features: UInt32
  let limitations: [Limitation]

  /// None of them.
  static let none = OptionalPrograms([], [])

  /// All that a kernel can run.
  init(_ features: KernelFeatures) {
    self.init(
      OptionalProgram.all.filter { $0.isPossible(features) },
      OptionalArgument.all.filter { features.arguments(of: $0.tracepoint) >= $0.arguments }
    )
  }

  private init(_ programs: [OptionalProgram], _ arguments: [OptionalArgument]) {
    self.programs = programs
    let hooksConnect = programs.contains { $0.name == "connect_failed_v4" }
    features = arguments.reduce(hooksConnect ? NETTOP_FEATURE_CONNECT_RESULT.rawValue : 0) {
      $0 | $1.feature.rawValue
    }
    let available = Set(programs.map(\.limitation) + arguments.map(\.limitation))
    var seen = available
    limitations = (OptionalProgram.all.map(\.limitation) + OptionalArgument.all.map(\.limitation))
      .filter {
        seen.insert($0).inserted
      }
  }

  func has(_ program: String) -> Bool { programs.contains { $0.name == program } }

  func has(_ feature: nettop_feature) -> Bool { features & feature.rawValue != 0 }
}
