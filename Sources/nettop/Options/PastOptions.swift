import ArgumentParser
import Connections
import Monitor
import Recording
import Tracer

/// Where in a recording to begin.
struct PastOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Begin at this time of the recording, e.g. 14:05, '2026-03-01 14:05' or '3h ago'.",
      valueName: "time"
    )
  )
  var begin: String?

  func validate() throws { try Moment.check(begin, of: "--begin") }

  /// The options of these that were given.
  var given: [String] { begin == nil ? [] : ["--begin"] }

  /// The moment of `--begin`; `nil` if there is none.
  func beginning(in recording: Recording) async throws -> Timestamp? {
    guard let begin else { return nil }
    return try Moment(parsing: begin).resolved(in: try await recording.coverage())
  }
}

extension Moment {
  /// Throws where the value of an option is no moment.
  static func check(_ value: String?, of option: String) throws {
    guard let value else { return }
    do throws(MomentError) {
      _ = try Moment(parsing: value)
    } catch {
      throw ValidationError("\(option): \(error.message).")
    }
  }

  /// A time of day is the last such time in the recording, else the nearest to it; a distance counts
  /// from its end.
  func resolved(in coverage: [ClosedRange<Timestamp>]) -> Timestamp {
    let last = coverage.last?.upperBound ?? .now
    func moment(_ direction: TimeDirection) -> Timestamp {
      resolved(now: .now, from: last, offset: Host.utcOffset, direction)
    }
    let before = moment(.backward)
    guard case .timeOfDay = self, let first = coverage.first?.lowerBound, before < first else {
      return before
    }
    let after = moment(.forward)
    return after.seconds(since: last) < first.seconds(since: before) ? after : before
  }
}
