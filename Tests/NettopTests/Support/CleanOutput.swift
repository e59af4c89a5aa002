import Testing

/// Expects that output is UTF-8 with nothing that a terminal would obey, or that would mislead a reader.
func expectClean(_ output: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(
    output.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) || $0 >= 0x80 },
    sourceLocation: sourceLocation
  )
  let text = String(validating: output, as: UTF8.self)
  #expect(text != nil, sourceLocation: sourceLocation)
  // The controls of ISO 6429 in eight bits, and what turns text round or hides in it.
  let hidden = text?.unicodeScalars.contains { scalar in
    (0x80..<0xa0).contains(scalar.value) || scalar.properties.generalCategory == .format
  }
  #expect(hidden == false, sourceLocation: sourceLocation)
}
