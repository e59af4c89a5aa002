import ArgumentParser
import Testing

@testable import nettop

/// What the program proposes to shells.
struct SuggestionTests {
  @Test(arguments: [
    "$(touch x)", "`touch x`", "a$x", "a'b", "a\"b", "a\\b", "~root", "a{b,c}", "a*", "a?", "[a]",
    "<(touch x)", "a;b", "a\nb", "a\tb", "\u{1b}[31m", "ä", "a#b", "a^b", "", " a",
  ])
  func leavesOutWhatAShellCouldTakeForMore(word: String) {
    for shell in CompletionShell.allCases {
      #expect(Suggestion.lines([Suggestion(word), Suggestion("b")], for: shell) == ["b"])
    }
  }

  @Test func writesWhatEachShellReads() {
    let suggestions = [Suggestion("a:b", "What it is"), Suggestion("c")]
    #expect(Suggestion.lines(suggestions, for: .bash) == ["a:b", "c"])
    #expect(Suggestion.lines(suggestions, for: .zsh) == ["a\\:b:What it is", "c"])
    #expect(Suggestion.lines(suggestions, for: .fish) == ["a:b\tWhat it is", "c"])
    #expect(Suggestion.lines(suggestions, for: nil) == ["a:b", "c"])
  }

  @Test func keepsEachOnItsLine() {
    let hostile = [Suggestion("1", "a\nb\tc\u{1b}[31m")]
    for shell in [CompletionShell.zsh, .fish] {
      let lines = Suggestion.lines(hostile, for: shell)
      #expect(lines.count == 1 && !lines[0].contains { $0.isNewline || $0 == "\u{1b}" })
      #expect(lines[0].count { $0 == "\t" } == (shell == .fish ? 1 : 0))
    }
  }

  @Test func proposesEachPartOfAListOnce() {
    func list(_ text: String) -> [String] {
      TypedWord(["nettop", text], 1).list(of: ["pid", "rate", "state"].map { Suggestion($0) })
        .map(\.word)
    }
    #expect(list("") == ["pid", "rate", "state"])
    #expect(list("ra") == ["pid", "rate", "state"])
    #expect(list("rate,") == ["rate,pid", "rate,state"])
    #expect(list("rate:9,pid,st") == ["rate:9,pid,state"])
  }

  @Test func readsTheWordsOfAShell() {
    let typed = TypedWord(["nettop", "-f", "list", "log", "''"], 4)
    #expect(typed.text == "" && typed.subcommand(among: ["log", "doctor"]) == "log")
    #expect(TypedWord(["nettop", "'a b"], 1).unquoted == "a b")
    #expect(TypedWord(["nettop"], 1).text == "" && TypedWord(["nettop"], -1).before == [])
  }
}
