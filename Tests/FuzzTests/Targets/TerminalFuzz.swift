@testable import Terminal

/// Bytes mean the same however they are cut into reads, and nothing is kept for good.
func fuzzTerminal(_ bytes: [UInt8]) {
  let keys: [[UInt8]: Key] = [Array("\u{1B}[11^".utf8): .function(9), [0x1B, 0x78]: .up]
  var whole = InputDecoder(keys: keys)
  var parts = InputDecoder(keys: keys)
  let decoded = whole.decode(bytes)
  precondition(decoded == bytes.flatMap { parts.decode([$0]) }, "it matters how reads are cut")
  precondition(whole.waiting == parts.waiting)
  for case .input(.pasted(let text)) in decoded { checkPasted(text) }

  // At times that the bytes choose, as far as a paste may lapse in between.
  var timed = InputDecoder(keys: keys)
  var time = Duration.zero
  var rest = bytes[...]
  while let first = rest.first {
    let part = rest.prefix(1 + Int(first % 5))
    rest = rest.dropFirst(part.count)
    time += .milliseconds(Int(first) * 3)
    if timed.waiting == .paste, time > timed.pasteDeadline { checkExpired(timed.expire()) }
    _ = timed.decode(part, at: time)
  }
  for decoder in [whole, timed] {
    var decoder = decoder
    // A paste, and then the rest of it, at most.
    for _ in 0..<2 where decoder.waiting != nil { checkExpired(decoder.expire()) }
    precondition(decoder.waiting == nil, "it waits for good")
    precondition(decoder.decode(Array("x".utf8)) == [.input(.key(.character("x")))])
  }
}

private func checkExpired(_ decoded: [InputDecoder.Decoded]) {
  for case .input(.pasted(let text)) in decoded { checkPasted(text) }
}

private func checkPasted(_ text: String) {
  precondition(text.utf8.count <= 3 * Paste.limit)
  precondition(
    text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
    "pasted text has control characters"
  )
}
