import Foundation
import Testing

/// The documents of the project.
///
/// With NETTOP_RECORD_DOCUMENTS in the environment, what is made of lists is written into them
/// before they are checked.
enum Documents {
  static var areRecorded: Bool {
    ProcessInfo.processInfo.environment["NETTOP_RECORD_DOCUMENTS"] != nil
  }

  /// The path of a file of the project.
  static func path(_ name: String) -> String {
    let root = #filePath.split(separator: "/").dropLast(4)
    return "/" + root.joined(separator: "/") + "/" + name
  }

  static func text(of path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  /// Replaces what stands between two texts.
  static func replace(
    in path: String,
    between start: String,
    and end: String,
    with body: String
  ) throws {
    var text = try text(of: path)
    let first = try #require(text.range(of: start))
    let last = try #require(text.range(of: end, range: first.upperBound..<text.endIndex))
    text.replaceSubrange(first.upperBound..<last.lowerBound, with: body)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}
