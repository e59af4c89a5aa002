import Glibc
import Monitor
import StyledText
import Terminal

/// Prints findings as they come and keeps the totals for the verdict.
struct DoctorReport {
  enum Format: Sendable {
    case text(isUnicode: Bool)
    case json
  }

  private let format: Format
  private var output = StandardOutput()
  private(set) var failures: [Finding] = []
  private(set) var warnings = 0
  /// Whether rights were missing for what could not be found out.
  var isNotPermitted = false

  private static let checkWidth = 20

  init(_ format: Format) {
    self.format = format
  }

  /// Begins a part of the report.
  mutating func begin(_ title: String) throws {
    guard case .text = format else { return }
    output.write("\(SafeText.sanitized(title))\n")
    _ = try output.flush()
  }

  mutating func add(_ finding: Finding) throws {
    self = noting(finding)
    output.write(text(of: finding))
    _ = try output.flush()
  }

  /// The report with a finding that is not printed.
  func noting(_ finding: Finding) -> DoctorReport {
    var report = self
    switch finding.status {
    case .ok, .skipped: break
    case .warning: report.warnings += 1
    case .failure: report.failures.append(finding)
    }
    return report
  }

  mutating func add(_ findings: [Finding]) throws {
    for finding in findings { try add(finding) }
  }

  /// Ends the report with the verdict.
  mutating func end() throws {
    output.write(text(of: verdict))
    _ = try output.flush()
  }

  /// The exit status.
  var status: Int32 {
    if isNotPermitted { return Failure.Status.notPermitted.rawValue }
    return failures.isEmpty ? 0 : Failure.Status.failed.rawValue
  }

  var verdict: Finding {
    if isNotPermitted {
      return Finding(
        "verdict",
        .failure,
        "further checks need root",
        cure: "run it as root: sudo nettop doctor"
      )
    }
    if !failures.isEmpty {
      let count = failures.count == 1 ? "1 check failed" : "\(failures.count) checks failed"
      var names: [String] = []
      for failure in failures where !names.contains(failure.check) { names.append(failure.check) }
      return Finding("verdict", .failure, "\(count): \(names.joined(separator: ", "))")
    }
    if warnings > 0 {
      let notes = warnings == 1 ? "the note above" : "the \(warnings) notes above"
      return Finding(
        "verdict",
        .warning,
        "nothing is wrong, but some things cannot be known: see \(notes)"
      )
    }
    return .ok("verdict", "all is well")
  }

  private func text(of finding: Finding) -> String {
    switch format {
    case .json:
      var object = JSONObject()
      object.add("check", finding.check)
      object.add("status", finding.status.rawValue)
      object.add("message", finding.message)
      object.add("cure", finding.cure)
      return object.text + "\n"
    case .text(let isUnicode):
      let mark = finding.status.mark(isUnicode: isUnicode)
      let gap = String(repeating: " ", count: max(1, Self.checkWidth - finding.check.count))
      let indent = String(repeating: " ", count: mark.count + 1 + Self.checkWidth)
      var lines = ["\(mark) \(finding.check)\(gap)\(finding.message)"]
      if let cure = finding.cure { lines.append("\(indent)\(isUnicode ? "→" : "->") \(cure)") }
      return lines.map { SafeText.sanitized($0) + "\n" }.joined()
    }
  }
}

extension Finding.Status {
  /// What stands in front of a line.
  fileprivate func mark(isUnicode: Bool) -> String {
    switch self {
    case .ok: isUnicode ? "✓" : "ok  "
    case .skipped: isUnicode ? "-" : "skip"
    case .warning: isUnicode ? "!" : "note"
    case .failure: isUnicode ? "✗" : "FAIL"
    }
  }
}
