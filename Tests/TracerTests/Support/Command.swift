import Glibc

/// Why the tests' own means failed, rather than what they test.
struct HarnessError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Runs a program to its end and gives what it printed.
@discardableResult
func run(_ words: String...) throws -> String { try run(words) }

@discardableResult
func run(_ words: [String]) throws -> String {
  let child = try ChildProcess(words)
  defer { child.end() }
  var output: [UInt8] = []
  while let line = try child.readLine(seconds: 60) { output += line + [UInt8(ascii: "\n")] }
  let status = child.wait()
  let text = String(decoding: output, as: UTF8.self)
  guard status == 0 else {
    throw HarnessError("\(words.joined(separator: " ")): status \(status): \(text)")
  }
  return text
}
