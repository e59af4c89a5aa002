import TestSupport
import Testing

/// The program under test.
enum Nettop {
  /// It lies next to the test bundle.
  static let path = builtProgram("nettop") ?? "nettop"

  /// Starts it with output that is no terminal.
  static func start(_ arguments: [String]) throws -> Child {
    try Child([path] + arguments)
  }

  /// Runs it to its end.
  static func run(
    _ arguments: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Child.Outcome {
    try await Child.run([path] + arguments, sourceLocation: sourceLocation)
  }

  /// Runs it to its end, which has to be a good one.
  static func output(
    _ arguments: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let outcome = try await run(arguments, sourceLocation: sourceLocation)
    #expect(outcome.status == 0, sourceLocation: sourceLocation)
    #expect(outcome.errorText == "", sourceLocation: sourceLocation)
    return outcome.text
  }
}
