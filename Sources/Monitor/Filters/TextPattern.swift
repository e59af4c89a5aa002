import Connections

/// A text to be found in others, whatever its case.
package struct TextPattern: Sendable {
  private let bytes: [UInt8]
  private let isASCII: Bool
  /// Whether an address, a port or a number may contain it. A zone is any text behind a `%`.
  let isNumeric: Bool

  package init(_ text: String) {
    bytes = Array(text.lowercased().utf8)
    isASCII = bytes.allSatisfy { $0 < 0x80 }
    isNumeric = bytes.prefix { $0 != UInt8(ascii: "%") }
      .allSatisfy { "0123456789abcdef.:[]".utf8.contains($0) }
  }

  package func isFound(in text: String) -> Bool {
    // Only text with more than ASCII has case beyond ASCII, and none of it is in an ASCII pattern.
    if isASCII {
      let found = text.utf8.withContiguousStorageIfAvailable { isFound(in: $0) }
      if let found { return found }
    }
    return isFound(in: Array(text.lowercased().utf8))
  }

  func isFound(in endpoint: Endpoint) -> Bool {
    guard endpoint.address.isV4 else { return isFound(in: endpoint.description) }
    // The same text as `description`, without a string for each of 100,000 rows.
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { buffer in
      var length = 0
      func append(_ byte: UInt8) {
        buffer[length] = byte
        length += 1
      }
      func append(number: UInt32) {
        if number >= 10 { append(number: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
      }
      let address = UInt32(truncatingIfNeeded: endpoint.address.low)
      for shift in [UInt32(24), 16, 8, 0] {
        append(number: address >> shift & 0xff)
        append(UInt8(ascii: shift > 0 ? "." : ":"))
      }
      append(number: UInt32(endpoint.port))
      return isFound(in: UnsafeBufferPointer(rebasing: buffer[..<length]))
    }
  }

  private func isFound(in text: some RandomAccessCollection<UInt8>) -> Bool {
    guard let first = bytes.first else { return true }
    guard text.count >= bytes.count else { return false }
    let last = text.index(text.endIndex, offsetBy: -bytes.count)
    var start = text.startIndex
    while start <= last {
      if Self.lowercased(text[start]) == first, isAt(start, of: text) { return true }
      start = text.index(after: start)
    }
    return false
  }

  private func isAt<Text: RandomAccessCollection<UInt8>>(
    _ start: Text.Index,
    of text: Text
  ) -> Bool {
    for (byte, other) in zip(bytes, text[start...]) where byte != Self.lowercased(other) {
      return false
    }
    return true
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
  }
}
