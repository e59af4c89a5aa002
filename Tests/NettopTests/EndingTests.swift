import Glibc
import Terminal
import TestSupport
import Testing

/// However it ends, the terminal is left as it was found.
@Suite(.live, .timeLimit(.minutes(5))) struct EndingTests {
  private let stage: Stage
  private var tmux: Tmux { stage.tmux }

  init() async throws {
    stage = try await Stage()
  }

  @Test(arguments: [Key.character("q"), .control("c"), .function(10)])
  func byKey(_ key: Key) async throws {
    try await end(status: 0) { try await tmux.press(key) }
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGXCPU, __libc_current_sigrtmax()])
  func bySignal(_ signal: Int32) async throws {
    try await end(status: 128 + signal) { kill(try await tmux.job(), signal) }
  }

  @Test(arguments: [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS])
  func byCrash(_ signal: Int32) async throws {
    try await end(status: 128 + signal) { kill(try await tmux.job(), signal) }
  }

  @Test func fromAPromptByASignal() async throws {
    try await end(status: 128 + SIGTERM) {
      try await tmux.press(.character("/"))
      try await tmux.expect("prompt") { $0.isCursorShown }
      kill(try await tmux.job(), SIGTERM)
    }
  }

  /// Service managers send both, one right after the other.
  @Test(arguments: 1...5) func byTwoSignalsAtOnce(_ round: Int) async throws {
    try await end(status: nil) {
      let job = try await tmux.job()
      kill(job, SIGTERM)
      kill(job, SIGHUP)
      usleep(UInt32(round) * 500)
      kill(job, SIGINT)
    }
  }

  /// At any moment of its start: it has the screen by then, or has not touched it yet.
  @Test(arguments: 0..<8) func whileItStarts(_ round: Int) async throws {
    let modes = try await rememberTerminal()
    try await tmux.enter("\(stage.command); echo status=$?; stty -a >after")
    var job: pid_t?
    let isStarted = try await eventually {
      job = try? await tmux.job()
      return job != nil
    }
    try #require(isStarted)
    if round > 0 {
      // The later rounds wait for the screen, and as little as possible then.
      let isShown = try await eventually {
        let display = try await tmux.display()
        return round < 4 || display.isAlternate || display.contains("status=")
      }
      #expect(isShown)
    }
    usleep(UInt32(round % 4) * 20_000)
    if let job { kill(job, SIGTERM) }
    try await expectTerminal(modes, status: 128 + SIGTERM)
  }

  @Test func withItsTerminal() async throws {
    try await stage.start()
    let job = try await tmux.job()
    try await tmux.hangUp()
    #expect(try await eventually { kill(job, 0) != 0 })
  }

  private func end(status: Int32?, _ end: () async throws -> Void) async throws {
    let modes = try await rememberTerminal()
    try await tmux.enter("\(stage.command); echo status=$?; stty -a >after")
    try await tmux.expect("rows") { $0.isAlternate && $0.range != nil }
    try await end()
    try await expectTerminal(modes, status: status)
  }

  private func rememberTerminal() async throws -> String {
    try await tmux.enter("trap : INT; stty -a >before; tabs -4; echo what was here before")
    return try await tmux.expect("prompt") { $0.text.contains("\nwhat was here before\n$") }.modes
  }

  private func expectTerminal(_ modes: String, status: Int32?) async throws {
    let text = status.map { "status=\($0)" } ?? "status=1"
    let display = try await tmux.expect(text) { display in
      // Once for the command, once for its answer.
      display.lines.contains { $0.hasPrefix(text) }
    }
    #expect(display.modes == modes)
    #expect(display.lines.contains("what was here before"))
    #expect(!display.contains("q Quit"))
    #expect(try await eventually { try await tmux.file("after")?.isEmpty == false })
    #expect(try await tmux.file("before") == tmux.file("after"))
    // Keys are typed again, in no style of nettop's.
    try await tmux.enter("echo typed")
    let typed = try await tmux.expect("echo") { $0.lines.contains("typed") }
    #expect(typed.styled.contains("typed"))
  }
}
