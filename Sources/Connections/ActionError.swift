/// Why the kernel did not do to a connection or a process what was asked, with what to do about it.
package struct ActionError: Error, Hashable, Sendable {
  package enum Code: Sendable {
    /// The rights for it are missing.
    case notPermitted
    /// The connection or process has ended before.
    case gone
    /// The kernel was built without it.
    case unsupported
    /// It would have no effect.
    case noEffect
    /// Anything else that the kernel refused.
    case failed
  }

  package let code: Code
  /// One sentence: what is wrong.
  package let problem: String
  /// One sentence: what to do about it.
  package let advice: String

  package init(_ code: Code, _ problem: String, advice: String) {
    self.code = code
    self.problem = problem
    self.advice = advice
  }
}

extension ActionError: CustomStringConvertible {
  package var description: String { "\(problem)\n  \(advice)" }
}

extension ActionError {
  /// The source has neither processes nor sockets: it shows what another one recorded.
  package static let nothingToActOn = ActionError(
    .unsupported,
    "this source only shows connections",
    advice: "run nettop on the host that has them"
  )

  /// The kernel has nothing that answers about sockets of a protocol.
  package static func noSocketDiagnosis(of proto: TransportProtocol) -> ActionError {
    let module = proto.diagnosisModule
    return ActionError(
      .unsupported,
      "the kernel reports nothing about single \(proto.name.uppercased()) sockets: its module"
        + " \(module) is not loaded",
      advice: "modprobe \(module) on the host loads it, if the kernel was built with it"
    )
  }
}
