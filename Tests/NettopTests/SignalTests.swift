import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import nettop

/// Every signal that would end the program with the terminal taken.
@Suite(.live, .timeLimit(.minutes(1))) struct SignalTests {
  /// As signal(7) has it: these cannot be caught, stop a process, or do nothing.
  private static let harmless: Set<Int32> = [
    SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD, SIGCONT, SIGURG, SIGWINCH,
  ]
  /// The C library keeps these for itself.
  private static let reserved: Set<Int32> = [32, 33]

  @Test func noneIsLeftToItsDefaultWhileThereIsAScreen() async throws {
    let program = try TerminalProgram([Nettop.path])
    try await program.show(until: "Quit")
    let handled = try mask("SigCgt", of: program) | mask("SigIgn", of: program)
    for number in Int32(1)...64
    where !Self.harmless.contains(number) && !Self.reserved.contains(number) {
      #expect(handled & 1 << UInt64(number - 1) != 0, "signal \(number)")
    }
  }

  /// As `nohup` has it.
  @Test func whatWasIgnoredStaysIgnored() async throws {
    let words = ["bash", "-c", "trap '' HUP USR1 RTMAX; exec \"$0\"", Nettop.path]
    let program = try TerminalProgram(words)
    try await program.show(until: "Quit")
    let (caught, ignored) = try (mask("SigCgt", of: program), mask("SigIgn", of: program))
    for number in [SIGHUP, SIGUSR1, 64] {
      let bit: UInt64 = 1 << UInt64(number - 1)
      #expect(ignored & bit != 0 && caught & bit == 0, "signal \(number)")
    }
    #expect(caught & 1 << UInt64(SIGTERM - 1) != 0)
  }

  /// The handler of one stream may be about to write while that stream ends.
  @Test func eachStreamUsesTheSameDescriptor() async throws {
    let writeEnd = try Signals.pipe.get().writeEnd
    var before = stat()
    try #require(fstat(writeEnd, &before) == 0)
    for _ in 0..<3 {
      do {
        let stream = try Signals.stream(of: [SIGUSR2])
        #expect(Signals.pipeEnd.load(ordering: .sequentiallyConsistent) == writeEnd)
        kill(getpid(), SIGUSR2)
        var iterator = stream.makeAsyncIterator()
        #expect(await iterator.next() == SIGUSR2)
      }
      // Ending the stream restores the default.
      let isOver = try await eventually {
        var action = sigaction()
        sigaction(SIGUSR2, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 0
      }
      try #require(isOver)
      var after = stat()
      #expect(fstat(writeEnd, &after) == 0)
      #expect((after.st_dev, after.st_ino) == (before.st_dev, before.st_ino))
    }
  }

  /// A mask of signals as /proc has it: bit 0 is signal 1.
  private func mask(_ name: String, of program: TerminalProgram) throws -> UInt64 {
    let status = try String(contentsOfFile: "/proc/\(program.pid)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(name):") })
    return try #require(UInt64(line.dropFirst(name.count + 1).drop { $0.isWhitespace }, radix: 16))
  }
}
