import ArgumentParser
import Connections
import Monitor
import Recording
import Tracer

/// A recording to read instead of the live host, and which part of it.
struct PastOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Read this recording instead of the live host.", valueName: "file"),
    completion: .file()
  )
  var from: String?

  @Option(
    help: ArgumentHelp(
      "With --from: begin at this time, e.g. 14:05, '2026-03-01 14:05' or '3h ago'.",
      valueName: "time"
    )
  )
  var begin: String?

  @Option(
    help: ArgumentHelp("With --from: end at this time, in the same forms.", valueName: "time")
  )
  var end: String?

  func validate() throws {
    for (name, text) in [("--begin", begin), ("--end", end)] {
      guard let text else { continue }
      do throws(MomentError) {
        _ = try Moment(parsing: text)
      } catch {
        throw ValidationError("\(name): \(error.message).")
      }
    }
  }

  /// The options of these that were given.
  var given: [String] {
    (from == nil ? [] : ["--from"]) + (begin == nil ? [] : ["--begin"])
      + (end == nil ? [] : ["--end"])
  }

  /// Throws where there is a time and no recording.
  func checkFile() throws {
    guard from == nil, let first = given.first else { return }
    throw ValidationError("\(first) needs a recording: --from FILE.")
  }

  /// The moment of `--begin`; `nil` if there is none.
  func beginning(in recording: Recording) async throws -> Timestamp? {
    guard let begin else { return nil }
    return try moment(begin, try await recording.coverage())
  }

  /// The recording as a source; `nil` if none is asked for.
  ///
  /// - Parameters:
  ///   - step: seconds between samples at least.
  ///   - showsLast: whether only the last sample is wanted where no beginning is given.
  func source(step: Double, showsLast: Bool) async throws -> RecordedSource? {
    try checkFile()
    guard let from else { return nil }
    let recording = try await RecordingFile(from).open()
    Rights.refuseCalls()
    var choice = RecordedSource.Choice()
    choice.step = step
    choice.isLastOnly = showsLast && begin == nil
    do {
      let coverage = try await recording.coverage()
      choice.begin = try begin.map { try moment($0, coverage) }
      choice.end = try end.map { try moment($0, coverage) }
      return try await RecordedSource(recording, choice)
    } catch let error as RecordingError {
      throw Failure("cannot read \(ShellWord.quoted(from)): \(error.problem)", advice: error.advice)
    }
  }

  /// A time of day is the last such time in the recording; a distance counts from its end.
  private func moment(
    _ text: String,
    _ coverage: [ClosedRange<Timestamp>]
  ) throws -> Timestamp {
    let last = coverage.last?.upperBound ?? .now
    return try Moment(parsing: text).resolved(
      now: .now,
      from: last,
      offset: Host.utcOffset,
      .backward
    )
  }
}
