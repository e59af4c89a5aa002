import Glibc
import Terminal
import TestSupport
import Testing

/// Typing a filter.
@Suite(.live, .timeLimit(.minutes(5))) struct PromptTests {
  private let stage: Stage
  private var tmux: Tmux { stage.tmux }

  init() async throws {
    stage = try await Stage(connections: 3)
    try await stage.start()
  }

  private func expectPrompt(_ text: String) async throws {
    try await tmux.expect("prompt '\(text)'") { display in
      display.lines.contains { $0 == text || $0.hasPrefix(text + "  ") }
    }
  }

  @Test func filtersByTextWhileItIsTyped() async throws {
    let port = "\(stage.connections[0].serverPort)"
    let filter = "Filter: netns=\(stage.namespace.name) :\(port)"
    try await tmux.press(.character("/"))
    try await tmux.type(":\(port)")
    try await expectPrompt(filter)
    try await tmux.expect("two rows") { $0.range?.count == 2 && $0.contains("\(filter): 2 rows") }
    try await tmux.type("9")
    try await tmux.expect("no row") { $0.contains("Nothing here matches the filter") }
    try await tmux.press(.backspace)
    try await expectPrompt(filter)
    try await tmux.expect("two rows again") { $0.range?.count == 2 }
    // What stands for commands elsewhere is text here.
    try await tmux.press(.control("u"))
    try await tmux.type("qZ/?")
    try await expectPrompt("Filter: qZ/?")
    try await tmux.press(.escape)
    try await tmux.expect("all rows") { $0.range?.count == 6 && !$0.contains("qZ") }
  }

  @Test func keepsWhatEnterAccepts() async throws {
    let port = "\(stage.connections[1].serverPort)"
    try await tmux.press(.function(3))
    try await tmux.type(":\(port)")
    try await tmux.press(.enter)
    try await tmux.expect("keys below a filter") { display in
      display.lines.last?.hasPrefix("F1 Help") == true && display.range?.count == 2
    }
    try await tmux.press(.escape)
    try await tmux.expect("all of the host") { !$0.contains("Filter:") }
  }

  @Test func takesOnlyNumbersForAPID() async throws {
    try await tmux.press(.character("p"))
    try await tmux.type("12x")
    try await tmux.expect("refusal") { display in
      display.lines.suffix(2).first == "PID: 12" && display.contains("A PID is a number")
    }
    try await tmux.type("99999999999")
    try await tmux.expect("refusal") { $0.contains("A PID is a number, at most 2147483647") }
    try await tmux.press(.control("u"))
    try await tmux.type("\(getpid())")
    try await tmux.press(.enter)
    try await tmux.expect("own rows") { $0.contains("pid=\(getpid())") && $0.range?.count == 6 }
  }

  @Test func proposesTheSelectedNamespace() async throws {
    try await tmux.press(.escape)
    try await tmux.expect("all of the host") { !$0.contains("Filter:") }
    try await tmux.press(.character("/"))
    try await tmux.type(stage.namespace.name)
    try await tmux.press(.enter)
    try await tmux.press(.home)
    try await tmux.press(.character("n"))
    try await expectPrompt("Namespace: \(stage.namespace.name)")
    // Typing replaces what was proposed.
    try await tmux.type("\(stage.namespace.inode)")
    try await expectPrompt("Namespace: \(stage.namespace.inode)")
    try await tmux.press(.enter)
    try await tmux.expect("its rows") { display in
      display.contains("netns=\(stage.namespace.inode)") && display.range?.count == 6
    }
  }

  @Test func keepsAnErrorOnTheScreen() async throws {
    try await tmux.press(.character("/"))
    try await tmux.press(.control("u"))
    try await tmux.type("stat=estab")
    try await tmux.press(.enter)
    try await tmux.expect("the error") { display in
      display.lines.suffix(2).first == "Filter: stat=estab"
        && display.lines.last == "        ^^^^ Unknown field 'stat': did you mean 'state'?"
    }
    try await tmux.press(.home)
    for _ in 0..<4 { try await tmux.press(.right) }
    try await tmux.type("e")
    try await expectPrompt("Filter: state=estab")
    try await tmux.press(.enter)
    try await tmux.expect("the filter") { display in
      display.contains("Filter: state=estab: ") && display.lines.last?.hasPrefix("F1") == true
    }
  }
}
