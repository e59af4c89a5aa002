import GRDB

/// Why a recording cannot be read or written.
package struct RecordingError: Error, Hashable {
  package enum Code: Hashable, Sendable {
    /// The file is none of nettop's, or its tables are not those that nettop makes.
    case notARecording
    /// A newer nettop made it.
    case newer
    /// Its content contradicts itself, or the database is malformed.
    case damaged
    /// Another process has it.
    case busy
    /// The disk is full, or the file may not grow.
    case full
    /// The file cannot be opened, or reading or writing failed.
    case failed
  }

  package let code: Code
  /// What is wrong, as a phrase.
  package let problem: String
  /// What to do about it; `nil` where nothing helps.
  package let advice: String?

  package init(_ code: Code, _ problem: String, advice: String? = nil) {
    self.code = code
    self.problem = problem
    self.advice = advice
  }

  static func damaged(_ what: String) -> RecordingError {
    RecordingError(
      .damaged,
      "the recording is damaged: \(what)",
      advice: "`sqlite3 FILE .recover` can save what is left"
    )
  }

  /// What SQLite reported.
  package init(_ error: any Error) {
    self.init(error, shortage: nil)
  }

  init(_ shortage: FileShortage) {
    self.init(.full, shortage.problem, advice: shortage.advice)
  }

  /// - Parameter shortage: why the files cannot grow, if they cannot.
  init(_ error: any Error, shortage: @autoclosure () -> FileShortage?) {
    if let error = error as? RecordingError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.failed, "\(error)")
      return
    }
    let message = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_NOTADB:
      self.init(.notARecording, "it is not a recording of nettop")
    case .SQLITE_CORRUPT: self = .damaged(message)
    case .SQLITE_TOOBIG: self = .damaged("a text is longer than nettop writes any")
    case .SQLITE_FULL: self.init(.disk)
    case .SQLITE_IOERR:
      // Not each shortage is one to SQLite.
      self = shortage().map(RecordingError.init) ?? RecordingError(.failed, message)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, "another program has it locked", advice: "end that program, or try again")
    default: self.init(.failed, message)
    }
  }
}

extension RecordingError: CustomStringConvertible {
  package var description: String { advice.map { "\(problem): \($0)" } ?? problem }
}
