import Glibc
import Testing

/// The program under test.
enum Nettop {
  /// It lies next to the test bundle.
  static let path: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer.prefix(max(0, length)).map(UInt8.init), as: UTF8.self)
    // The bundle is the program itself, or one that another program was told to load.
    let places = [own] + CommandLine.arguments
    let candidates = places.map { place in
      (place.lastIndex(of: "/").map { String(place[..<$0]) } ?? ".") + "/nettop"
    }
    return candidates.first { access($0, X_OK) == 0 } ?? "nettop"
  }()

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
