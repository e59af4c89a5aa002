import Glibc
import Terminal
import Testing

/// A shell in a terminal that can be looked at: tmux with a server of its own, which goes with this
/// object.
final class Tmux {
  private let directory: TemporaryDirectory
  private let server: [String]

  init(width: Int = 80, height: Int = 24) async throws {
    directory = try TemporaryDirectory()
    server = ["tmux", "-u", "-f", "/dev/null", "-S", directory.path + "/socket"]
    var environment = Child.environment
    environment["TERM"] = "xterm-256color"
    environment["PS1"] = "$ "
    let outcome = try await Child.run(
      server + [
        "start-server", ";", "set-option", "-g", "set-clipboard", "on", ";", "set-option", "-g",
        "default-terminal", "screen-256color", ";",
        "set-option", "-g", "status", "off", ";", "new-session", "-d", "-x", "\(width)",
        "-y", "\(height)", "bash", "--norc", "--noprofile",
      ],
      environment: environment
    )
    try #require(outcome.status == 0, "\(outcome.errorText)")
    try await expect("the shell's prompt") { $0.lines.first == "$" }
    // A crash under test shall leave no file.
    try await enter("ulimit -c 0; cd \(directory.path); clear")
    try await expect("the shell's prompt") { $0.lines.first == "$" }
  }

  deinit {
    let words = server.dropFirst() + ["kill-server"]
    _ = try? Child.perform(path: "tmux", words.map { Array($0.utf8) })
  }

  /// Gives tmux a command.
  @discardableResult
  func command(_ words: String...) async throws -> String {
    let outcome = try await Child.run(server + words)
    #expect(outcome.status == 0, "tmux \(words): \(outcome.errorText)")
    return outcome.text
  }

  /// What the terminal shows now.
  func display() async throws -> Display {
    Display(try await command("display-message", "-p", Display.format, ";", "capture-pane", "-pe"))
  }

  /// Waits until the terminal shows what is expected of it, and a whole frame: what is written in
  /// pieces is shown in pieces. Throws where it never does.
  @discardableResult
  func expect(
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: (Display) throws -> Bool
  ) async throws -> Display {
    var display = try await display()
    let isMet = try await eventually(within: .seconds(30)) {
      let before = display
      display = try await self.display()
      return try display == before && condition(display)
    }
    try #require(isMet, "No \(what) in:\n\(display)", sourceLocation: sourceLocation)
    return display
  }

  func resize(width: Int, height: Int) async throws {
    try await command("resize-window", "-x", "\(width)", "-y", "\(height)")
  }

  /// Closes the terminal, with whatever runs in it.
  func hangUp() async throws {
    try await command("kill-server")
  }
}

// What a user does.
extension Tmux {
  func type(_ text: String) async throws {
    try await command("send-keys", "-l", "--", text)
  }

  func press(_ key: Key) async throws {
    if case .character(let character) = key { return try await type(String(character)) }
    try await command("send-keys", try #require(Tmux.name(of: key)))
  }

  /// Types a line for the shell.
  func enter(_ line: String) async throws {
    try await type(line)
    try await press(.enter)
  }

  /// Sends bytes as if the terminal's keyboard had.
  func send(_ bytes: [UInt8]) async throws {
    let path = directory.path + "/bytes"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    try await command("load-buffer", path, ";", "paste-buffer", "-r", "-d")
  }

  /// Writes to the terminal as another program might.
  func scribble(_ text: String) async throws {
    let path = try await command("display-message", "-p", "#{pane_tty}")
    let descriptor = open(String(path.dropLast()), O_WRONLY | O_NOCTTY | O_CLOEXEC)
    try #require(descriptor >= 0)
    _ = write(descriptor, text, text.utf8.count)
    close(descriptor)
  }

  /// What a file in the shell's directory holds, `nil` if there is none.
  func file(_ name: String) async throws -> String? {
    let outcome = try await Child.run(["cat", "\(directory.path)/\(name)"])
    return outcome.status == 0 ? outcome.text : nil
  }

  func remove(_ name: String) async throws {
    _ = try await Child.run(["rm", "-f", "\(directory.path)/\(name)"])
  }

  /// The process that the shell runs.
  func job() async throws -> pid_t {
    let shell = try await command("display-message", "-p", "#{pane_pid}").dropLast()
    let children = try await Child.run(["cat", "/proc/\(shell)/task/\(shell)/children"]).text
    return try #require(children.split(separator: " ").first.flatMap { pid_t($0) })
  }

  private static func name(of key: Key) -> String? {
    switch key {
    case .control(let character): "C-\(character)"
    case .enter: "Enter"
    case .escape: "Escape"
    case .tab: "Tab"
    case .backTab: "BTab"
    case .backspace: "BSpace"
    case .insert: "IC"
    case .delete: "DC"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .pageUp: "PPage"
    case .pageDown: "NPage"
    case .home: "Home"
    case .end: "End"
    case .function(let number): "F\(number)"
    case .character: nil
    }
  }
}
