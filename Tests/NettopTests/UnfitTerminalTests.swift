import TestSupport
import Testing

/// What the program says to terminals that it cannot use, and that it leaves them alone.
@Suite(.live, .timeLimit(.minutes(5))) struct UnfitTerminalTests {
  @Test(arguments: [
    ("TERM=nonsense", "", "does not know the terminal \"nonsense\""),
    ("env -u TERM", "", "TERM is not set"),
    ("TERM=", "", "TERM is not set"),
    ("TERM=dumb", "", "cannot show a full screen"),
    ("", "</dev/null", "Standard input is not a terminal"),
  ])
  func leavesAnUnfitTerminalAlone(before: String, after: String, problem: String) async throws {
    let tmux = try await Tmux(width: 200, height: 20)
    let modes = try await tmux.display().modes
    try await tmux.enter("stty -a >before; echo still here")
    try await tmux.expect("prompt") { $0.contains("\nstill here\n$") }
    try await tmux.enter("\(before) \(Nettop.path) \(after); echo status=$?; stty -a >after")
    let display = try await tmux.expect("end") { $0.contains("status=1") }
    #expect(display.text.replacing("\n", with: "").contains(problem))
    #expect(display.contains("nettop list") || display.contains("Try `TERM="))
    #expect(display.lines.contains("still here"))
    #expect(display.modes == modes)
    #expect(try await eventually { try await tmux.file("after")?.isEmpty == false })
    #expect(try await tmux.file("before") == tmux.file("after"))
  }
}
