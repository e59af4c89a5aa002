import ArgumentParser
import Monitor
import Recording

/// A recording to read instead of the live host, and up to when.
struct RecordingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Read this recording instead of the live host.", valueName: "file"),
    completion: .file()
  )
  var from: String?

  @Option(
    help: ArgumentHelp(
      "End at this time of the recording, in the forms of --begin (list, log).",
      valueName: "time"
    )
  )
  var end: String?

  func validate() throws { try Moment.check(end, of: "--end") }

  /// The options of these that were given.
  var given: [String] { (from == nil ? [] : ["--from"]) + (end == nil ? [] : ["--end"]) }

  /// Throws where there is a time and no recording.
  func checkFile(_ past: PastOptions) throws {
    guard from == nil, let first = (past.given + given).first else { return }
    throw ValidationError("\(first) needs a recording: --from FILE.")
  }

  /// The recording as a source; `nil` if none is asked for.
  ///
  /// - Parameters:
  ///   - past: where to begin.
  ///   - step: seconds between samples at least.
  ///   - showsLast: whether only the last sample is wanted where no beginning is given.
  func source(
    from past: PastOptions,
    step: Double,
    showsLast: Bool
  ) async throws -> RecordedSource? {
    guard let from else { return nil }
    let recording = try await RecordingFile(from).open()
    Rights.refuseCalls()
    var choice = RecordedSource.Choice()
    choice.step = step
    choice.isLastOnly = showsLast && past.begin == nil
    do {
      let coverage = try await recording.coverage()
      choice.begin = try await past.beginning(in: recording)
      choice.end = try end.map { try Moment(parsing: $0).resolved(in: coverage) }
      return try await RecordedSource(recording, choice)
    } catch let error as RecordingError {
      throw Failure("cannot read \(ShellWord.quoted(from)): \(error.problem)", advice: error.advice)
    }
  }
}
