import Monitor
import Screens

/// The text of a settings file, in which values can be changed.
struct SettingsDocument {
  private(set) var text: String

  init(_ text: String) {
    self.text = text
  }

  /// Gives a key another value, or none, and leaves the remaining text as it is.
  ///
  /// Nothing changes where the key has no statement of its own: in an inline table, or as a table.
  mutating func set(_ value: SettingValue?, at key: [String]) {
    guard let root = try? TOMLDocument(text).root else { return }
    var bytes = Array(text.utf8)
    var node = root
    for part in key {
      if node.form == .literal { return }
      guard let child = node.children[part] else {
        if let value { Self.insert(value, at: key, into: &bytes, root) }
        text = String(decoding: bytes, as: UTF8.self)
        return
      }
      node = child
    }
    guard node.form == .literal else { return }
    let region = node.region
    if let value {
      let blanks = bytes[..<region.lowerBound].reversed().prefix { $0 == 0x20 || $0 == 0x09 }.count
      bytes.replaceSubrange(
        (region.lowerBound - blanks)..<region.upperBound,
        with: " \(value.toml)".utf8
      )
    } else {
      // A key begins its line, and only a comment can follow its value.
      let start = bytes[..<region.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
      let end = Self.end(ofLineAt: region.upperBound, of: bytes)
      bytes.removeSubrange((start ?? root.region.lowerBound)..<end)
    }
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// Adds a key after the last statement of its table, or else with a table at the end.
  private static func insert(
    _ value: SettingValue,
    at key: [String],
    into bytes: inout [UInt8],
    _ root: TOMLDocument.Node
  ) {
    let names = key.dropLast()
    let table = names.reduce(root as TOMLDocument.Node?) { $0?.children[$1] }
    if let table, let last = lastStatement(of: table) {
      let isDotted = table.form == .dotted && !names.isEmpty
      let name = isDotted ? key.joined(separator: ".") : key.last ?? ""
      let line = "\(name) = \(value.toml)"
      let end = Self.end(ofLineAt: last, of: bytes)
      let isWhole = bytes[..<end].last == UInt8(ascii: "\n")
      bytes.insert(contentsOf: (isWhole ? "\(line)\n" : "\n\(line)").utf8, at: end)
      return
    }
    let line = "\(key.last ?? "") = \(value.toml)\n"
    if names.isEmpty {
      // Before the first header, and after a byte order mark.
      bytes.insert(contentsOf: line.utf8, at: root.region.lowerBound)
    } else {
      while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
      bytes += "\n\n[\(names.joined(separator: "."))]\n\(line)".utf8
    }
  }

  /// Where the last statement ends that gives a table a value, without those under other headers;
  /// `nil` if there is none.
  private static func lastStatement(of table: TOMLDocument.Node) -> Int? {
    let ends = table.children.values.compactMap { child in
      switch child.form {
      case .literal: child.region.upperBound
      case .dotted: lastStatement(of: child)
      case .header: nil
      }
    }
    return (ends + (table.form == .header ? [table.region.upperBound] : [])).max()
  }

  /// Where the line ends that has a byte: behind its end of a line, or at the end of the text.
  private static func end(ofLineAt place: Int, of bytes: [UInt8]) -> Int {
    bytes[place...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
  }
}
