import Foundation

/// Reads lines of logfmt whose quoted values are JSON strings, as most readers have it.
struct LogfmtReader {
  struct Malformed: Error {}

  /// The names and values of a line, in its order.
  static func values(of line: String) throws -> [(name: String, value: String)] {
    var values: [(name: String, value: String)] = []
    var rest = Array(line.unicodeScalars)[...]
    while !rest.isEmpty {
      let name = rest.prefix { $0 != "=" }
      rest = rest.dropFirst(name.count)
      guard !name.isEmpty, rest.popFirst() == "=" else { throw Malformed() }
      let value: String
      if rest.first == "\"" {
        var end = rest.startIndex + 1
        while end < rest.endIndex, rest[end] != "\"" { end += rest[end] == "\\" ? 2 : 1 }
        guard end < rest.endIndex else { throw Malformed() }
        let json = Data(text(rest[...end]).utf8)
        let object = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
        guard let decoded = object as? String else { throw Malformed() }
        value = decoded
        rest = rest[(end + 1)...]
      } else {
        let bare = rest.prefix { $0 != " " }
        guard !bare.isEmpty, !bare.contains(where: { $0 == "\"" || $0 == "=" }) else {
          throw Malformed()
        }
        value = text(bare)
        rest = rest.dropFirst(bare.count)
      }
      values.append((text(name), value))
      if let next = rest.popFirst(), next != " " || rest.isEmpty { throw Malformed() }
    }
    return values
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }
}
