import Connections
import Monitor
import StyledText
import Terminal

/// Why a connection is slow: the verdict, and below it where the time went and the findings.
///
///     The peer takes data too slowly.
///
///     ─ Why it is slow ───────────────────────────────────────────────────────
///     last 1.0s      ██████████████████████▒▒▒▒▒▒▒░░  █ 71.0%  ▓ 0%  ▒ 20.0%  ░ 9.0%
///     since opening  ███████▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░  █ 20.3%  ▓ 0%  ▒ 40.1%  ░ 39.6%
///                    █ peer's window full  ▓ send buffer full  ▒ in flight  ░ idle
///      71.0% peer's window: the peer's receive window was full for this share of …
struct DiagnosisView {
  private static let labelWidth = 16
  private static let bars: [(glyph: String, ascii: String, name: String, style: Style)] = [
    ("█", "#", "peer's window full", .high), ("▓", "=", "send buffer full", .medium),
    ("▒", "-", "in flight", .sent), ("░", ".", "idle", .faint),
  ]

  private let facts: DetailsFacts
  private let width: Int
  private let diagnosis: Diagnosis?

  init(_ facts: DetailsFacts, width: Int) {
    self.facts = facts
    self.width = width
    diagnosis = facts.diagnosis
  }

  /// The verdict, in plain words.
  var verdict: [DetailsLine] {
    guard let diagnosis else { return absence }
    return paragraph(diagnosis.verdict, style: diagnosis.isLimited ? .high : .strong)
  }

  /// The evidence for the verdict; `nil` if there is none.
  var section: DetailsSection? {
    guard let lines = diagnosis.map(lines), !lines.isEmpty else { return nil }
    return DetailsSection("Why it is slow", width: width, isASCII: facts.isASCII, lines)
  }

  /// The text if there is nothing to judge by.
  private var absence: [DetailsLine] {
    let text: String
    if facts.past == .absent {
      text =
        "This connection is not in the sample of this moment. These are the figures that were shown last."
    } else if let end = facts.connection.end {
      let time = facts.timeOfDay(end.at)
      let age = DurationText.age(facts.time.seconds(since: end.at))
      text = "It ended at \(time), \(age) ago: \(end.reason.meaning)"
    } else if facts.connection.proto == .mptcp {
      text = "The details of its subflows, each a TCP connection, show why it is slow."
    } else if let refusal = facts.refusal {
      text =
        "\(refusal.problem.prefix(1).uppercased())\(refusal.problem.dropFirst()); \(refusal.advice)."
    } else if facts.isSocketGone {
      text = "The kernel no longer has this socket. These are its last figures."
    } else if facts.past == .recorded {
      text =
        "Recorded figures. Why it was slow is not known: the kernel's details are not recorded."
    } else if facts.isPaused {
      text = "Paused before the kernel's details of this socket arrived: resume to see them."
    } else {
      text = "Waiting for the kernel's details of this socket."
    }
    return paragraph(text, style: .strong)
  }

  private func lines(_ diagnosis: Diagnosis) -> [DetailsLine] {
    var lines: [DetailsLine] = []
    let shares = [diagnosis.interval, diagnosis.lifetime].compactMap { $0 }
    lines += shares.map(bar)
    if !shares.isEmpty { lines += legend }
    for finding in diagnosis.findings {
      let share = finding.share.map(Quantity.percent) ?? ""
      let title = finding.cause.title
      let start = 8
      let style: Style = finding.cause.isLimit ? .medium : .strong
      let texts = WrappedText.lines("\(title): \(finding.sentence)", columns: width - start - 1)
      for (index, text) in texts.enumerated() {
        var line = DetailsLine()
        let isFirst = index == 0
        if isFirst {
          line.add(padded(share, start - 2), x: 1, width: start - 2, style: style)
          line.add(title, x: start, width: width - start, style: style)
        }
        let rest = isFirst ? String(text.dropFirst(title.count)) : text
        let x = isFirst ? start + title.count : start
        line.add(rest, x: x, width: width - x)
        lines.append(line)
      }
    }
    return lines
  }

  private func bar(_ shares: TimeShares) -> DetailsLine {
    let parts = [shares.receiverWindow, shares.sendBuffer, shares.inFlight, shares.idle]
    let texts = zip(Self.bars, parts).map { bar, share in
      "\(facts.isASCII ? bar.ascii : bar.glyph) \(share.map(Quantity.percent) ?? "-")"
    }
    let figures = texts.reduce(0) { $0 + max(8, $1.count) + 1 }
    let start = min(Self.labelWidth, width / 2)
    let hasFigures = width - start - figures - 3 >= 10
    let columns = min(64, width - start - 1 - (hasFigures ? figures + 2 : 0))
    var line = DetailsLine(shares.period.label, x: 1, width: start - 1)
    var (sum, x) = (0.0, 0)
    for (bar, share) in zip(Self.bars, parts) {
      sum += share ?? 0
      let end = min(columns, Int((sum * Double(columns)).rounded()))
      let glyph = facts.isASCII ? bar.ascii : bar.glyph
      let text = String(repeating: glyph, count: max(0, end - x))
      line.add(text, x: start + x, width: max(0, end - x), style: bar.style)
      x = max(x, end)
    }
    guard hasFigures else { return line }
    x = start + columns + 2
    for (text, bar) in zip(texts, Self.bars) {
      line.add(text, x: x, width: text.count, style: bar.style)
      x += max(8, text.count) + 1
    }
    return line
  }

  private var legend: [DetailsLine] {
    let start = min(Self.labelWidth, width / 2)
    let names = Self.bars.map { "\(facts.isASCII ? $0.ascii : $0.glyph) \($0.name)" }
    // A line break never separates a name from its sign.
    let joined = names.map { $0.replacing(" ", with: "\u{A0}") }.joined(separator: " ")
    return WrappedText.lines(joined, columns: width - start - 1).map { text in
      let text = text.replacing(" ", with: "  ").replacing("\u{A0}", with: " ")
      return DetailsLine(text, x: start, width: width - start, style: .faint)
    }
  }

  private func paragraph(_ text: String, style: Style) -> [DetailsLine] {
    WrappedText.lines(text, columns: width - 2).map {
      DetailsLine($0, x: 1, width: width - 1, style: style)
    }
  }

  private func padded(_ text: String, _ columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - text.count)) + text
  }
}
