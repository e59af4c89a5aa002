/// Why a tracer cannot run, with what to do about it.
package struct SourceError: Error, Hashable, Sendable {
  package enum Code: Sendable {
    /// The rights for it are missing.
    case notPermitted
    /// The kernel is too old, or was built without what is needed.
    case unsupported
    /// Anything else that the kernel refused.
    case failed
  }

  package let code: Code
  /// One sentence: what is wrong.
  package let problem: String
  /// One sentence: what to do about it.
  package let advice: String
  /// What the kernel or libbpf said, for a bug report.
  package let detail: String?

  package init(_ code: Code, _ problem: String, advice: String, detail: String? = nil) {
    self.code = code
    self.problem = problem
    self.advice = advice
    self.detail = detail
  }
}

extension SourceError: CustomStringConvertible {
  package var description: String {
    let said = detail.map { "\n  (\($0))" } ?? ""
    return "\(problem)\n  \(advice)\(said)"
  }
}
