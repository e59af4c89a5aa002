import Glibc

/// Why the bench itself cannot go on.
struct BenchError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  /// What a system call that failed just now says.
  static func system(_ call: String) -> BenchError {
    BenchError("\(call): \(String(cString: strerror(errno)))")
  }

  /// The result of a system call, if it is none that means failure.
  @discardableResult
  static func check(_ result: Int32, _ call: String) throws(BenchError) -> Int32 {
    if result < 0 { throw system(call) }
    return result
  }
}
