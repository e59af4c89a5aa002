import Glibc
import Monitor
import Screens
import TestSupport
import Testing

/// A terminal that takes no output, as over a dead connection, keeps nobody from ending the program.
@Suite(.live, .timeLimit(.minutes(2))) struct StuckTerminalTests {
  private let program: TerminalProgram
  private let before: [tcflag_t]

  init() async throws {
    program = try TerminalProgram([Nettop.path, "-d", "0.1"])
    before = program.modes
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGUSR1])
  func endsByASignal(number: Int32) async throws {
    try await program.show(until: "Quit")
    try await program.stick()
    kill(program.pid, number)
    #expect(try await program.ended(within: .seconds(10)) == number)
    #expect(program.modes == before)
    #expect(program.read().contains("\u{1B}[?1049l"))
  }

  /// The first thing that it writes waits already.
  @Test func endsBeforeItsFirstFrame() async throws {
    try await program.stick()
    kill(program.pid, SIGHUP)
    #expect(try await program.ended(within: .seconds(10)) == SIGHUP)
    #expect(program.modes == before)
  }

  @Test func endsByControlC() async throws {
    try await program.show(until: "Quit")
    try await program.stick()
    // Only where the terminal has taken nothing for a second it is more than a key.
    for _ in 0..<40 where try await program.ended(within: .milliseconds(250)) == nil {
      program.type("\u{3}")
    }
    #expect(try await program.ended(within: .seconds(1)) == SIGINT)
    #expect(program.modes == before)
  }

  /// It comes before the terminal has taken nothing for a second, and only once.
  @Test func endsByAnEarlyControlC() async throws {
    try await program.show(until: "Quit")
    try await program.stick()
    program.type("\u{3}")
    #expect(try await program.ended(within: .seconds(10)) == SIGINT)
    #expect(program.modes == before)
  }

  @Test func goesOnWhenItTakesOutputAgain() async throws {
    try await program.show(until: "Quit")
    try await program.stick()
    // What is typed meanwhile counts then: the help, all of it written again.
    program.type("\u{1B}OP\u{C}")
    let meaning = try #require(Binding.all.first?.meaning)
    try await program.show(until: meaning)
    program.type("\u{1B}q")
    var status: Int32?
    for _ in 0..<100 where status == nil {
      program.read()
      status = try await program.ended(within: .milliseconds(100))
    }
    #expect(status == 0)
    #expect(program.modes == before)
  }
}
