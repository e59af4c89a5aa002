import Glibc
import Terminal
import Testing

@testable import nettop

/// A shell in a terminal that has loaded nettop's completions, in a directory of its own.
final class CompletingShell {
  enum Kind: String {
    case bash, zsh, fish

    var isInstalled: Bool {
      ["/usr/bin", "/bin"].contains { access("\($0)/\(rawValue)", X_OK) == 0 }
    }

    /// What it reads at its start. The prompt is the same in all of them.
    fileprivate var settings: String {
      switch self {
      case .bash: "PS1='$ '; . ./_nettop; echo ready\n"
      case .zsh:
        "PROMPT='$ '; fpath=($PWD $fpath); autoload -Uz compinit; compinit -D -u; echo ready\n"
      case .fish: "function fish_prompt; echo '$ '; end; source ./_nettop; echo ready\n"
      }
    }

    /// Starts it with these settings and no others.
    fileprivate var command: String {
      switch self {
      case .bash: "exec bash --noprofile --rcfile ./.zshrc"
      case .zsh: "ZDOTDIR=$PWD exec zsh --no-global-rcs"
      case .fish: "exec fish --no-config --init-command 'source ./.zshrc'"
      }
    }
  }

  private let directory: TemporaryDirectory
  private let tmux: Tmux

  init(_ kind: Kind) async throws {
    directory = try TemporaryDirectory()
    tmux = try await Tmux(width: 120)
    let script = try await Nettop.output(["--generate-completion-script", kind.rawValue])
    try AtomicFile.write(script + "\n", to: path("_nettop"))
    try AtomicFile.write(kind.settings, to: path(".zshrc"))
    // The scripts run the program by the name that is typed.
    let programs = Nettop.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    try await tmux.enter("cd '\(directory.path)'; export HOME=$PWD; clear")
    try await tmux.enter("export PATH='\(programs.joined(separator: "/"))':$PATH; \(kind.command)")
    try await tmux.expect("the prompt of \(kind)") { display in
      display.lines.contains("ready") && display.lines.last { !$0.isEmpty } == "$"
    }
  }

  /// The path of a file in the directory of the shell.
  func path(_ name: String) -> String { "\(directory.path)/\(name)" }

  /// Types a line in place of the one that is there, and Tab, and more. Waits for what the line is then.
  func complete(
    _ line: String,
    then more: String = "",
    to expected: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await tmux.press(.control("u"))
    try await tmux.type("nettop \(line)")
    try await tmux.press(.tab)
    if !more.isEmpty { try await tmux.type(more) }
    try await tmux.expect("'\(expected)'", sourceLocation: sourceLocation) { display in
      display.lines.contains("$ nettop \(expected)")
    }
  }
}
