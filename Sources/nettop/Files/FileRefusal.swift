import SystemPackage

/// Why a file cannot be read or written, for people: the end of a sentence.
struct FileRefusal: Error, Hashable {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }

  init(_ code: Errno) {
    reason = code.description
  }
}
