import Glibc
import Testing

/// The lists of `man/nettop.1`, without their troff.
struct ManualPage {
  /// What `.TP` begins: a tag, and the text about it.
  struct Entry: Hashable {
    /// The heading, `.SS`, that it stands under, where there is one.
    var heading = ""
    let tag: String
    let text: String
  }

  static let path: String = {
    let root = #filePath.split(separator: "/").dropLast(4)
    return "/" + root.joined(separator: "/") + "/man/nettop.1"
  }()

  private var sections: [String: [Entry]] = [:]

  init() throws {
    let file = try #require(fopen(Self.path, "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))

    var section = ""
    var heading = ""
    var tag: String?
    var texts: [String] = []
    func finish(_ sections: inout [String: [Entry]]) {
      if let tag {
        let text = texts.joined(separator: " ")
        sections[section, default: []].append(Entry(heading: heading, tag: tag, text: text))
      }
    }
    var awaitsTag = false
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix(".SH ") || line.hasPrefix(".SS ") || line == ".TP" || line == ".P" {
        finish(&sections)
        (tag, texts) = (nil, [])
        awaitsTag = line == ".TP"
        if line.hasPrefix(".SH ") { (section, heading) = (line.dropFirst(4).trimmingQuotes, "") }
        if line.hasPrefix(".SS ") { heading = Self.plain(line.dropFirst(4).trimmingQuotes[...]) }
      } else if awaitsTag {
        tag = Self.plain(line)
        awaitsTag = false
      } else {
        texts.append(Self.plain(line))
      }
    }
    finish(&sections)
  }

  /// Writes a section again where documents are to be written rather than checked.
  static func record(_ section: String, _ entries: [Entry]) throws {
    var body = "\n"
    var heading = ""
    for entry in entries {
      if entry.heading != heading { body += ".SS \"\(escaped(entry.heading))\"\n" }
      heading = entry.heading
      body += ".TP\n.B \"\(escaped(entry.tag))\"\n\(escaped(entry.text))\n"
    }
    try Documents.replace(in: path, between: ".SH \(section)", and: "\n.SH ", with: body)
  }

  private static func escaped(_ text: String) -> String {
    var text = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    for (character, name) in ["±": "(+-", "×": "(mu", "…": "[u2026]", "µ": "(mc", "†": "(dg"] {
      text = text.replacing(character, with: "\\\(name)")
    }
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&\(text)" : text
  }

  func section(_ name: String) -> [Entry] { sections[name] ?? [] }

  /// A line as it is read: arguments of the macros for fonts without quotes, escapes resolved.
  private static func plain(_ line: Substring) -> String {
    var text = String(line)
    if let macro = text.prefixMatch(of: #/\.(B|I|R|BR|IR|RB|BI|RI|IB)\ /#) {
      let isJoined = macro.1.count == 2
      let words = text[macro.range.upperBound...].matches(of: #/"([^"]*)"|(\S+)/#).map { word in
        String(word.1 ?? word.2 ?? "")
      }
      text = words.joined(separator: isJoined ? "" : " ")
    }
    return text.replacing(#/\\f[A-Z]/#, with: "")
      .replacing("\\-", with: "-").replacing("\\e", with: "\\")
      .replacing("\\(+-", with: "±").replacing("\\(mu", with: "×").replacing("\\[u2026]", with: "…")
      .replacing("\\(dg", with: "†")
      .replacing("\\(mc", with: "µ").replacing("\\&", with: "")
  }
}

extension Substring {
  fileprivate var trimmingQuotes: String { filter { $0 != "\"" } }
}
