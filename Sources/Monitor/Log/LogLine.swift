/// A line of a log, without its end.
package struct LogLine: Hashable, Sendable {
  package let text: String
  /// What has to stand above it for a reader: the date, or the names of its fields; `nil` for
  /// nothing. Lines that follow each other share it.
  package let heading: String?

  package init(_ text: String, heading: String? = nil) {
    self.text = text
    self.heading = heading
  }
}

/// Puts headings above lines: one output of a log, from its beginning.
package struct LogPage: Hashable, Sendable {
  private var heading: String?

  /// - Parameter heading: what stands above the next line already.
  package init(heading: String? = nil) {
    self.heading = heading
  }

  /// The line with its end, and above it the heading if that is not the one of the line before.
  package mutating func text(of line: LogLine) -> String {
    guard let heading = line.heading, heading != self.heading else { return line.text + "\n" }
    self.heading = heading
    return "\(heading)\n\(line.text)\n"
  }
}
