import Glibc
import Synchronization
import TestSupport
import Testing

/// The program under test, with a pipe as standard input.
final class TypedProgram {
  let child: Child
  private var input: Int32

  init(_ arguments: [String]) throws {
    var ends: [Int32] = [-1, -1]
    let isMade = Spawn.inheritance.withLock { _ in
      let isMade = pipe(&ends) == 0
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return isMade
    }
    try #require(isMade)
    defer { close(ends[0]) }
    input = ends[1]
    let words = ["sh", "-c", "exec \"$0\" \"$@\" <&3 3<&-", Nettop.path] + arguments
    child = try Child(
      path: Array("sh".utf8),
      arguments: words.map { Array($0.utf8) },
      keeping: [ends[0]]
    )
  }

  deinit {
    endInput()
  }

  /// Types text, which ends in a line end where it is a line.
  func type(_ text: String) {
    _ = write(input, text, text.utf8.count)
  }

  /// Ends its standard input.
  func endInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// The whole samples of NetTracer's machine table until now.
  var samples: [[NetTracerConnection]] {
    get throws { try NetTracerConnection.samples(of: child.outputSoFar) }
  }

  /// Types a line and waits for the sample that follows.
  func nextSample(
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [NetTracerConnection] {
    let count = try samples.count
    type("\n")
    let hasCome = try await eventually { try samples.count > count }
    try #require(hasCome, sourceLocation: sourceLocation)
    return try #require(try samples.last, sourceLocation: sourceLocation)
  }
}
