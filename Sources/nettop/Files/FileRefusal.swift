import SystemPackage

/// Why a file cannot be read or written, for people: the end of a sentence.
struct FileRefusal: Error, Hashable {
  let reason: String
  /// What to do about it, as a sentence of its own; `nil` where the reason says it.
  let advice: String?

  init(_ reason: String, advice: String? = nil) {
    self.reason = reason
    self.advice = advice
  }

  init(_ code: Errno) {
    self.init(code.description)
  }
}
