import Terminal
import TestSupport
import Testing

/// The terminal changes its size, at any moment.
@Suite(.live, .timeLimit(.minutes(5))) struct ResizeTests {
  private static let sizes = [(20, 5), (250, 60), (1, 1), (2, 3), (400, 2), (3, 90), (80, 24)]

  private let stage: Stage
  private var tmux: Tmux { stage.tmux }

  init() async throws {
    stage = try await Stage(connections: 3)
    try await stage.start()
  }

  @Test func drawsTheTableAtEverySize() async throws {
    for (width, height) in Self.sizes {
      try await tmux.resize(width: width, height: height)
      try await tmux.expect("last line at \(width)×\(height)") { display in
        guard display.lines.count == height, let last = display.lines.last else { return false }
        // The very last cell of a terminal cannot always be written.
        return width >= 20 ? last.hasSuffix("q Quit") : width == 1 || last.hasPrefix("q")
      }
    }
    try await expectAll()
  }

  @Test func drawsTheHelpAtEverySize() async throws {
    try await tmux.press(.function(1))
    for (width, height) in Self.sizes {
      try await tmux.resize(width: width, height: height)
      try await tmux.expect("help at \(width)×\(height)") { display in
        guard display.lines.count == height else { return false }
        return width < 20 || display.lines[0].hasPrefix(" nettop  Help")
      }
    }
    try await tmux.press(.escape)
    try await expectAll()
  }

  @Test func keepsThePromptAtEverySize() async throws {
    try await tmux.press(.character("/"))
    try await tmux.press(.control("u"))
    try await tmux.type("abc")
    for (width, height) in Self.sizes {
      try await tmux.resize(width: width, height: height)
      try await tmux.expect("prompt at \(width)×\(height)") { display in
        guard display.lines.count == height else { return false }
        let start = width < 20 ? "F" : "Filter: abc"
        return width == 1 || display.lines.suffix(2).contains { $0.hasPrefix(start) }
      }
    }
    try await tmux.press(.escape)
    try await expectAll()
  }

  /// Sizes that come faster than they can be drawn, and keys between them.
  @Test func survivesAStormOfSizes() async throws {
    for number in 0..<40 {
      try await tmux.resize(width: 1 + number * 37 % 200, height: 1 + number * 17 % 60)
      if number % 5 == 0 { try await tmux.type("?k") }
    }
    try await tmux.resize(width: 80, height: 24)
    try await expectAll()
  }

  @Test func learnsTheSizeItWasGivenWhileStopped() async throws {
    try await tmux.press(.control("z"))
    try await tmux.expect("shell") { $0.contains("Stopped") && !$0.isAlternate }
    try await tmux.resize(width: 100, height: 30)
    try await tmux.enter("fg")
    try await tmux.expect("screen") { display in
      display.lines.count == 30 && display.lines.last?.hasSuffix("q Quit") == true
        && display.range?.count == 6
    }
  }

  private func expectAll() async throws {
    try await tmux.expect("whole screen") { display in
      display.lines.count == 24 && display.range?.count == 6 && display.rows.count > 6
        && display.lines[0].hasPrefix(" nettop ")
    }
  }
}
