import Connections
import Monitor
import Samples
import Screens
import Terminal
import Testing

@testable import nettop

/// What keys of the past do, without a terminal.
@MainActor
struct PastPlayerTests {
  /// The pauses between samples that are played: they are noted, and end at once unless they are held.
  @MainActor
  private final class Pauses {
    private(set) var begun: [Duration] = []
    private(set) var ended = 0
    var areHeld = false

    func pause(_ duration: Duration) async throws {
      begun.append(duration)
      defer { ended += 1 }
      while areHeld { try await Task.sleep(for: .milliseconds(1)) }
    }
  }

  /// A screen that remembers which moments were drawn, in seconds of the sample, each once in a row.
  private final class Display: PastScreen {
    let pauses = Pauses()
    var state: ScreenState
    private(set) var seconds: [Double] = []
    private(set) var drawn = 0
    private var player: PastPlayer?

    init(_ state: ScreenState, _ history: any BatchHistory) {
      self.state = state
      player = PastPlayer(history, self) { [pauses] in try await pauses.pause($0) }
    }

    func open(at moment: Timestamp? = nil) { player?.open(at: moment) }

    func draw() {
      var canvas = Canvas(width: 80, height: 24)
      state.draw(into: &canvas)
      drawn += 1
      if let moment = second, moment != seconds.last { seconds.append(moment) }
      player?.refreshBar()
    }

    var second: Double? {
      state.timeline?.moment.map { $0.seconds(since: Sample.time(0)) }
    }

    /// Presses keys, as the session does.
    func type(_ text: String) {
      for character in text { press(.character(character)) }
    }

    func press(_ key: Key) {
      if case .past(let action) = state.handle(key) { player?.perform(action) }
      draw()
    }
  }

  /// A history of a loaded machine: what leads to a sample comes once the gate is open.
  private struct SlowHistory: BatchHistory {
    let history: SampleHistory
    let gate: Gate

    func coverage() async throws -> [ClosedRange<Timestamp>] { try await history.coverage() }
    func position(at moment: Timestamp) async throws -> Int64? {
      try await history.position(at: moment)
    }
    func batches(upTo position: Int64) async throws -> [PastBatch] {
      while await gate.isClosed { try await Task.sleep(for: .milliseconds(1)) }
      return try await history.batches(upTo: position)
    }
    func batch(after position: Int64) async throws -> PastBatch? {
      try await history.batch(after: position)
    }
    func position(before position: Int64) async throws -> Int64? {
      try await history.position(before: position)
    }
    func activity(
      in range: ClosedRange<Timestamp>,
      parts: Int
    ) async throws -> [PastActivity?] {
      try await history.activity(in: range, parts: parts)
    }
  }

  @MainActor
  private final class Gate {
    var isClosed = false
  }

  private struct Broken: Error {}

  /// Fails wherever it is asked for batches.
  private struct BrokenHistory: BatchHistory {
    let history: SampleHistory

    func coverage() async throws -> [ClosedRange<Timestamp>] { try await history.coverage() }
    func position(at moment: Timestamp) async throws -> Int64? {
      try await history.position(at: moment)
    }
    func batches(upTo position: Int64) async throws -> [PastBatch] { throw Broken() }
    func batch(after position: Int64) async throws -> PastBatch? { throw Broken() }
    func position(before position: Int64) async throws -> Int64? { throw Broken() }
    func activity(
      in range: ClosedRange<Timestamp>,
      parts: Int
    ) async throws -> [PastActivity?] { throw Broken() }
  }

  /// A connection more each second for 30 seconds; another is refused at seconds 4 and 17.
  private static let batches = (0..<30).map { second -> Batch in
    var deltas: [Delta] = [.upsert(Sample.connection(UInt64(second + 1)))]
    if [4, 17].contains(second) {
      let failed = Sample.connection(
        UInt64(second + 1001),
        state: .closed,
        closed: (Double(second), .refused)
      )
      deltas.append(.ended(failed))
    }
    return Sample.batch(Double(second), deltas)
  }

  private static let first = "This is the first sample of the recording: } goes to the last"
  private static let last = "This is the last sample of the recording: { goes to the first"

  private func display(_ history: any BatchHistory) -> Display {
    var state = ScreenState(host: "example")
    state.replay("day.rec", now: Sample.time(60))
    return Display(state, history)
  }

  /// A recording at its first sample.
  private func opened() async throws -> Display {
    let display = display(SampleHistory(Self.batches, keyframes: [10, 20]))
    display.open()
    #expect(try await eventually { display.second == 0 && display.state.timeline?.span != nil })
    return display
  }

  private func expect(_ display: Display, at second: Double) async throws {
    #expect(try await eventually { display.seconds.last == second }, "\(display.seconds)")
  }

  private func expect(_ display: Display, says message: String) async throws {
    let isSaid = try await eventually { display.state.message?.text == message }
    #expect(isSaid, "\(display.state.message?.text ?? "")")
  }

  @Test func aRecordingOpensAtItsStartOrAtAMoment() async throws {
    let first = try await opened()
    #expect(first.state.model.count == 1)
    #expect(first.state.isPaused)
    let other = display(SampleHistory(Self.batches, keyframes: [10, 20]))
    other.open(at: Sample.time(12.5))
    try await expect(other, at: 12)
    #expect(other.state.model.count == 13)
  }

  @Test func theBarIsReadForItsColumns() async throws {
    let display = try await opened()
    display.draw()
    let columns = try #require(display.state.layout.timelineColumns)
    #expect(try await eventually { display.state.timeline?.activity.count == columns })
    #expect(display.state.timeline?.activity.contains { $0?.failures == 1 } == true)
  }

  @Test func stepsAddUp() async throws {
    let display = try await opened()
    display.type("ttt")
    try await expect(display, at: 3)
    #expect(display.seconds == [0, 1, 2, 3])
    display.type("}")
    try await expect(display, at: 29)
    display.type("TTTTT")
    try await expect(display, at: 24)
    #expect(display.state.model.count == 25)
    display.type("{")
    try await expect(display, at: 0)
    display.type("T")
    try await expect(display, says: Self.first)
    display.type("}")
    try await expect(display, at: 29)
    display.type("t")
    try await expect(display, says: Self.last)
    #expect(display.second == 29)
  }

  @Test func keysThatLeadNowhereSayWhy() async throws {
    let display = try await opened()
    display.type("{")
    try await expect(display, says: Self.first)
    display.type("}")
    try await expect(display, at: 29)
    #expect(display.state.message == nil)
    display.type("}")
    try await expect(display, says: Self.last)
    display.type("P")
    try await expect(display, says: Self.last)
    #expect(display.pauses.begun.isEmpty)
    display.type("j+2h")
    display.press(.enter)
    try await expect(display, says: "The recording ends at 12:00:29: this is its last sample")
    display.type("J10s")
    display.press(.enter)
    try await expect(display, at: 19)
    display.type("j0.5s")
    display.press(.enter)
    try await expect(
      display,
      says: "There is only one sample at 12:00:19: t shows the next one"
    )
    #expect(display.second == 19)
  }

  @Test func stepsCountFromWhereAJumpLeads() async throws {
    let gate = Gate()
    let display = display(SlowHistory(history: SampleHistory(Self.batches), gate: gate))
    display.open()
    try await expect(display, at: 0)
    gate.isClosed = true
    display.type("}TTTt")
    #expect(display.second == 0)
    gate.isClosed = false
    try await expect(display, at: 27)
    #expect(display.seconds == [0, 29, 27])
    // Another jump takes the place of both.
    gate.isClosed = true
    display.type("}T{")
    gate.isClosed = false
    try await expect(display, at: 0)
    display.type("t")
    try await expect(display, at: 1)
    #expect(display.seconds == [0, 29, 27, 0, 1])
  }

  @Test func theBarSaysThatASampleIsBeingRead() async throws {
    let gate = Gate()
    let display = display(SlowHistory(history: SampleHistory(Self.batches), gate: gate))
    display.open()
    #expect(try await eventually { display.state.timeline?.activity.isEmpty == false })
    func bar() -> String {
      var canvas = Canvas(width: 80, height: 24)
      display.state.draw(into: &canvas)
      return canvas.lines[22]
    }
    #expect(bar().hasSuffix(" paused 1x"))
    gate.isClosed = true
    display.type("}")
    #expect(try await eventually { bar().hasSuffix(" reading 1x") })
    #expect(display.second == 0)
    gate.isClosed = false
    try await expect(display, at: 29)
    #expect(bar().hasSuffix(" end 1x"))
    gate.isClosed = true
    display.type("T")
    #expect(try await eventually { bar().hasSuffix(" reading 1x") })
    // What takes its place reads nothing.
    display.type("P")
    #expect(!bar().contains("reading"))
    gate.isClosed = false
  }

  @Test func everySampleIsTheOneThatComesByPlaying() async throws {
    let display = try await opened()
    display.type("]]]]]]]P")
    try await expect(display, says: Self.last)
    #expect(display.seconds == (0..<30).map(Double.init))
    #expect(display.state.isPaused)
    // As fast as it can.
    #expect(display.pauses.begun == Array(repeating: .zero, count: 29))
    let table = display.state.model.table
    #expect(table.samples == 30)
    // Far enough from the keyframe that nothing before it is needed.
    display.type("TTTTTTTTTT")
    try await expect(display, at: 19)
    #expect(display.state.model.count == 21)
  }

  @Test func playingKeepsThePaceOfTheRecording() async throws {
    let display = try await opened()
    display.type("]]]P")
    try await expect(display, says: Self.last)
    #expect(display.pauses.begun == Array(repeating: .seconds(0.125), count: 29))
  }

  @Test func whatIsPausedShowsNoOtherSample() async throws {
    let display = try await opened()
    display.pauses.areHeld = true
    display.type("P")
    #expect(try await eventually { display.pauses.begun == [.seconds(1)] })
    display.type("P")
    #expect(display.state.isPaused)
    // The pause that had begun ends, and nothing follows it.
    #expect(try await eventually { display.pauses.ended == 1 })
    display.pauses.areHeld = false
    display.type("t")
    try await expect(display, at: 1)
    #expect(display.seconds == [0, 1])
    #expect(display.pauses.begun.count == 1)
  }

  @Test func gapsTakeASecondAtMost() async throws {
    let batches = [0, 1, 7200, 7201].map { Sample.batch($0) }
    let display = display(SampleHistory(batches))
    display.open()
    #expect(try await eventually { display.state.timeline?.coverage.count == 2 })
    // At this speed, two hours would take 112 seconds.
    display.type("]]]]]]P")
    #expect(try await eventually { display.second == 7201 })
    #expect(display.pauses.begun == [.seconds(1.0 / 64), .seconds(1), .seconds(1.0 / 64)])
  }

  @Test func aRequestEndsTheOneBefore() async throws {
    let display = try await opened()
    display.pauses.areHeld = true
    display.type("P")
    #expect(try await eventually { !display.pauses.begun.isEmpty })
    display.type("J")
    display.type("12:00:20")
    // It is after the position, and would be of the day before.
    display.press(.enter)
    #expect(display.state.message?.text.contains("before the first sample") == true)
    display.press(.escape)
    display.type("j")
    display.type("12:00:20")
    display.press(.enter)
    try await expect(display, at: 20)
    #expect(display.state.isPaused)
    #expect(try await eventually { display.pauses.ended == 1 })
    #expect(display.seconds == [0, 20])
  }

  @Test func searchesSelectWhatTheyFind() async throws {
    let display = try await opened()
    func find(_ key: Character, _ text: String) {
      display.type(String(key))
      display.type(text)
      display.press(.enter)
    }
    find("j", "reason=refused")
    try await expect(display, at: 4)
    #expect(try await eventually { display.state.timeline?.isSearching == false })
    find("j", "")
    try await expect(display, at: 17)
    find("j", "")
    #expect(
      try await eventually { display.state.message?.text.hasPrefix("No later") == true }
    )
    #expect(display.second == 17)
    find("J", "")
    try await expect(display, at: 4)
    // Esc ends what goes on, if it still does, and leaves the sample.
    find("j", "no-such-text")
    display.press(.escape)
    #expect(display.state.timeline?.isSearching == false)
    #expect(display.second == 4)
  }

  @Test func errorsAreTold() async throws {
    let display = display(BrokenHistory(history: SampleHistory(Self.batches)))
    display.open()
    #expect(try await eventually { display.state.message?.isProblem == true })
    #expect(display.state.message?.text.contains("Broken") == true)
    display.type("t")
    #expect(try await eventually { display.state.message?.isProblem == true })
  }

  @Test func anEmptyHistoryShowsNothing() async throws {
    let display = display(SampleHistory([]))
    display.open()
    #expect(try await eventually { display.state.message?.text == "Nothing is recorded" })
    for key in "tTP}{" {
      display.type(String(key))
      #expect(try await eventually { display.state.message != nil }, "\(key)")
    }
  }

  /// Of a live source: from the past to the present.
  @Test func playingCatchesUpWithThePresent() async throws {
    var state = ScreenState(host: "example")
    state.hasHistory = true
    for batch in Self.batches { state.apply(batch) }
    let display = Display(state, SampleHistory(Self.batches, keyframes: [10, 20]))
    display.type("Z")
    #expect(try await eventually { display.state.timeline?.span != nil })
    #expect(!display.state.showsPast)
    display.type("TTT")
    try await expect(display, at: 26)
    #expect(display.state.showsPast)
    display.type("]]]]]]]P")
    #expect(try await eventually { display.state.timeline == nil })
    #expect(display.state.message?.text == "Caught up with the present")
    #expect(!display.state.isPaused)
    #expect(display.state.model.count == 30)
  }
}
