import Connections
import Glibc
import Monitor
import Recording
import Screens
import StyledText
import Terminal
import Tracer

/// A recording on the screen.
struct Replay {
  private let file: String
  private let past: PastOptions
  private let tracing: TracingOptions
  private let alerts: AlertOptions
  private let setup: Setup

  init(
    _ file: String,
    _ past: PastOptions,
    _ tracing: TracingOptions,
    _ alerts: AlertOptions,
    _ setup: Setup
  ) {
    self.file = file
    self.past = past
    self.tracing = tracing
    self.alerts = alerts
    self.setup = setup
  }

  func run() async throws {
    let recording = try await RecordingFile(file).open()
    guard isatty(STDOUT_FILENO) == 1 else {
      throw Failure(
        "a replay needs a terminal",
        advice: "nettop list --from \(ShellWord.quoted(file)) prints what it has"
      )
    }
    Rights.refuseCalls()
    guard try await recording.coverage().isEmpty == false else {
      throw Failure("nothing was recorded yet in \(SafeText.quoted(file))")
    }
    let begin = try await past.beginning(in: recording)
    let rules = try alerts.rules
    var state = ScreenState(
      host: recording.host,
      utcOffset: Host.utcOffset,
      settings: setup.settings,
      filter: try tracing.filter(isPast: true),
      alerts: rules
    )
    state.report(rules.compactMap(\.filter.hint), of: "alerts")
    state.report(setup.problems, of: "settings")
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let session = try await ScreenSession(
      state,
      setup,
      replaying: recording,
      named: name,
      now: .now
    )
    let ending = try await session.run(from: begin)
    if case .signal(let number) = ending { Signals.die(of: number) }
  }
}
