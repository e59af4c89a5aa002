/// Where the records of a tracepoint have their fields: its `format` file in tracefs.
struct TracepointFormat: Hashable, Sendable {
  /// A field of the record.
  struct Field: Hashable, Sendable {
    /// Bytes before it, those common to all tracepoints included.
    let offset: Int
    /// Its length in bytes.
    let size: Int
  }

  /// The number by which the kernel attaches to it.
  let id: UInt64
  private let fields: [String: Field]
  private let symbols: [String: [UInt64: String]]

  /// Reads the lines `ID: NUMBER`, `field:TYPE NAME; offset:NUMBER; size:NUMBER; …` and `print fmt`.
  /// Others are skipped, and fields of which something is missing; `nil` without an ID.
  init?(_ text: [UInt8]) {
    var id: UInt64?
    var fields: [String: Field] = [:]
    var symbols: [String: [UInt64: String]] = [:]
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: ";")).map(Self.trimmed)
      guard let first = parts.first else { continue }
      if let value = Self.value(of: "ID:", in: first) {
        id = id ?? UInt64(value)
      } else if let declaration = Self.value(of: "field:", in: first),
        let offset = Self.number("offset:", in: parts),
        let size = Self.number("size:", in: parts)
      {
        fields[Self.name(declaration)] = Field(offset: offset, size: size)
      } else if first.starts(with: "print fmt:".utf8) {
        symbols = Self.symbols(line)
      }
    }
    guard let id else { return nil }
    self.id = id
    self.fields = fields
    self.symbols = symbols
  }

  /// A field by its name; `nil` if this kernel's record has no such field.
  subscript(name: String) -> Field? { fields[name] }

  /// The names that the kernel prints for the numbers of a field; none where it prints numbers.
  func names(of field: String) -> [UInt64: String] { symbols[field] ?? [:] }

  /// From `__print_symbolic(REC->FIELD, { NUMBER, "NAME" }, …)`, by field.
  private static func symbols(_ line: ArraySlice<UInt8>) -> [String: [UInt64: String]] {
    var symbols: [String: [UInt64: String]] = [:]
    for call in line.split(separator: Array("__print_symbolic(REC->".utf8)).dropFirst() {
      let field = call.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ")") }
      var names: [UInt64: String] = [:]
      for entry in call.split(separator: UInt8(ascii: "{")).dropFirst() {
        let quoted = entry.split(separator: UInt8(ascii: "\""), maxSplits: 2)
        let number = trimmed(entry.prefix { $0 != UInt8(ascii: ",") })
        guard quoted.count == 3, let number = UInt64(String(decoding: number, as: UTF8.self)) else {
          continue
        }
        names[number] = String(decoding: quoted[1], as: UTF8.self)
      }
      symbols[String(decoding: field, as: UTF8.self)] = names
    }
    return symbols
  }

  /// The name of `const void * skaddr`, `__u8 saddr[4]` or `__data_loc char[] name`.
  private static func name(_ declaration: String) -> String {
    var text = declaration.utf8[...]
    // The length of an array can have blanks: `[sizeof(struct sockaddr_in6)]`.
    if text.last == UInt8(ascii: "]"), let bracket = text.lastIndex(of: UInt8(ascii: "[")) {
      text = text[..<bracket]
    }
    let words = text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "*") }
    return words.last.map { String(Substring($0)) } ?? ""
  }

  /// Records are shorter than 64 KiB: a larger number is none.
  private static func number(_ key: String, in parts: [ArraySlice<UInt8>]) -> Int? {
    let values = parts.lazy.compactMap { value(of: key, in: $0) }
    return values.first.flatMap { UInt16($0) }.map { Int($0) }
  }

  private static func value(of key: String, in part: ArraySlice<UInt8>) -> String? {
    guard part.starts(with: key.utf8) else { return nil }
    return String(decoding: trimmed(part.dropFirst(key.utf8.count)), as: UTF8.self)
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let rest = text.drop(while: isBlank)
    return rest.prefix(
      (rest.lastIndex { !isBlank($0) } ?? rest.startIndex - 1) - rest.startIndex + 1
    )
  }
}
