import Terminal
import TestSupport
import Testing

/// Bytes that no key sends.
@Suite(.live, .timeLimit(.minutes(5))) struct StrangeInputTests {
  private let stage: Stage
  private var tmux: Tmux { stage.tmux }

  init() async throws {
    stage = try await Stage(connections: 3)
    try await stage.start()
  }

  /// None of these does anything, and none of their letters is taken for a key.
  @Test(arguments: [
    "\u{1b}[<0;10;5M\u{1b}[<0;10;5m", "\u{1b}[<64;3;3M",
    "\u{1b}[200~\u{1b}[201~", "\u{1b}[I\u{1b}[O", "\u{1b}[?1;2c", "\u{1b}[24;80R",
    "\u{1b}]11;rgb:0000/pppp/nnnn\u{07}", "\u{1b}]52;c;cHA/\u{1b}\\",
    "\u{1b}P1+r5463=7070\u{1b}\\", "\u{1b}[1;5A\u{1b}[99~", "é日本🇩🇪\u{300}",
  ])
  func passesOverSequences(_ bytes: String) async throws {
    try await tmux.press(.character("Z"))
    try await tmux.press(.home)
    let before = try await tmux.expect("pause") { $0.contains("PAUSED") && $0.selected == 0 }
    try await tmux.send(Array(bytes.utf8))
    // A key behind them shows when they have been read.
    try await tmux.press(.down)
    try await tmux.expect("the next row") { $0.selected == 1 }
    try await tmux.press(.up)
    let after = try await tmux.expect("the row before") { $0.selected == 0 }
    #expect(after.styled == before.styled)
  }

  @Test(arguments: 1...4) func survivesGarbage(seed: UInt64) async throws {
    let fragments =
      [
        "\u{1b}", "\u{1b}[", "\u{1b}O", "\u{1b}[<", "\u{1b}[1;", "\u{1b}]0;", "\u{1b}P", "\u{7}",
        "\0",
      ]
      .map { Array($0.utf8) } + [
        [0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f], [0x80], [0xed, 0xa0],
      ]
    var random = seed
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    for _ in 0..<10 {
      var bytes: [UInt8] = []
      while bytes.count < 200 {
        if next(2) == 0 {
          bytes += fragments[next(fragments.count)]
        } else {
          bytes.append(UInt8(next(256)))
        }
      }
      // These quit or suspend, as they should: q, Ctrl-C, Ctrl-Z, and the number of F10.
      bytes.removeAll { [0x71, 0x03, 0x1a].contains($0) || $0 == UInt8(ascii: "2") }
      try await tmux.send(bytes)
    }
    // Out of whatever it has led to: a sequence not ended, a prompt, the help, a pause, filters.
    try await tmux.send([0x07, 0x1b, 0x5c])
    try await Task.sleep(for: .seconds(1))
    let isBack = try await eventually {
      try await tmux.press(.escape)
      return try await tmux.display().lines.last?.hasPrefix("F1 Help") == true
    }
    try #require(isBack)
    try await eventuallyRepaintsNothing()
    try await tmux.press(.character("q"))
    try await tmux.expect("end") { $0.contains("status=0") && !$0.isAlternate }
    #expect(
      try await tmux.display().lines.dropFirst().allSatisfy { line in
        line == "" || line == "$" || line.hasPrefix("$ ") || line.contains("status")
          || line.contains("nettop")
      }
    )
  }

  /// What the terminal shows is what nettop drew: to draw it again changes nothing.
  private func eventuallyRepaintsNothing() async throws {
    if try await !tmux.display().contains("PAUSED") { try await tmux.press(.character("Z")) }
    let before = try await tmux.expect("pause") { $0.contains("PAUSED") }
    try await tmux.press(.control("l"))
    try await tmux.press(.function(1))
    try await tmux.expect("help") { $0.contains("nettop  Help") }
    try await tmux.press(.escape)
    try await tmux.expect("the same screen") { $0.styled == before.styled }
  }
}
