import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// Recordings, and the past of a live source.
struct PastTests {
  @Test func aRecordingIsShownAsTheLiveSourceIs() {
    var live = Sample.state()
    var state = Sample.recording()
    let rows = live.screen(80, 24).filter { $0.contains("curl") || $0.contains("nginx") }
    #expect(rows.count == 3)
    let screen = state.screen(80, 24)
    for row in rows { #expect(screen.contains(row)) }
  }

  @Test func theFirstLineHasTheMomentAndTheFile() {
    var state = Sample.recording()
    let line = state.screen(160, 24)[0]
    #expect(line.hasPrefix(" PAUSED  day.rec  example"))
    #expect(line.hasSuffix("12:00:01"))
    // A time of another day has its date.
    state.timeline?.now = Sample.time(86_400)
    for width in [160, 80, 79, 62] {
      #expect(state.screen(width, 24)[0].hasSuffix("  2026-03-01 12:00:01"), "\(width)")
    }
    state.utcOffset = 43_200
    #expect(state.screen(160, 24)[0].hasSuffix("  2026-03-02 00:00:01"))
    state.timeline?.now = Sample.time(3600)
    #expect(state.screen(160, 24)[0].hasSuffix("  00:00:01"))
    _ = state.handle(.character("Z"))
    #expect(state.screen(160, 24)[0].hasPrefix(" PLAYING  day.rec"))
  }

  @Test func withoutASampleTheScreenWaits() {
    var state = ScreenState(host: "example")
    state.replay("day.rec", now: Sample.time(0))
    let screen = state.screen(80, 24)
    #expect(screen.joined().contains("Waiting for the first figures…"))
    #expect(screen[22].isEmpty)
    for key in "tTPZ[]{}" { _ = state.handle(.character(key)) }
    _ = state.screen(80, 24)
    state.restart(with: [])
    #expect(state.timeline?.moment == nil)
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func everyFrameIsTheSameEachTime(_ seed: UInt64) {
    var random = RandomBatches(seed)
    let batches = (0..<24).map { _ in random.next(deltas: 10) }
    var state = ScreenState(host: "example")
    state.replay("day.rec", now: Sample.time(60))
    state.timeline?.coverage = [Sample.time(0)...Sample.time(60)]
    state.type("\(seed % 6 + 1)")
    if seed > 6 { state.filter("not rtt>1ms") }
    if (2...4).contains(seed % 6 + 1) { state.type("*") }
    var frames: [Canvas] = []
    for batch in batches {
      if frames.isEmpty { state.restart(with: [batch]) } else { state.step(to: batch) }
      frames.append(state.canvas(120, 30))
    }
    for index in batches.indices.reversed() {
      state.restart(with: Array(batches[...index]))
      #expect(state.canvas(120, 30) == frames[index], "back to \(index)")
    }
    for index in batches.indices.dropFirst() {
      state.step(to: batches[index])
      #expect(state.canvas(120, 30) == frames[index], "forward to \(index)")
    }
  }

  @Test func viewFilterAndSelectionStay() {
    var state = Sample.recording(Sample.settings(.pid))
    state.filter("curl or nginx or sshd")
    state.select(4)
    state.type("F ")
    state.select(4)
    state.restart(with: [Sample.first])
    #expect(state.view.filter.text == "curl or nginx or sshd")
    #expect(state.selected?.id == Sample.id(4))
    #expect(state.view.followed == Sample.id(4))
    #expect(state.selected?.isTagged == true)
    #expect(state.cookies == [3, 2, 4])
    state.step(to: Sample.second)
    #expect(state.selected?.id == Sample.id(4))
    #expect(state.model.taggedConnections == [Sample.id(4)])
  }

  @Test func anOrderThatIsFrozenIsThatOfTheMoment() {
    var state = Sample.recording(Sample.settings(.pid))
    state.type("o")
    state.restart(with: [Sample.first])
    #expect(state.view.isFrozen)
    #expect(state.cookies == [5, 3, 2, 4] || state.cookies == [3, 2, 4, 5])
    #expect(state.screen(160, 24)[0].contains(" FROZEN "))
  }

  @Test func anotherBootBeginsAnew() {
    func batch(_ seconds: Double, _ boot: String, _ sequence: UInt64, _ cookie: UInt64) -> Batch {
      Batch(
        sequence: sequence,
        isKeyframe: sequence == 1,
        boot: boot,
        time: Sample.time(seconds),
        deltas: [.upsert(Sample.connection(cookie))],
        namespaces: [],
        health: SourceHealth()
      )
    }
    var state = Sample.recording()
    state.restart(with: [batch(0, "a", 1, 1), batch(1, "a", 2, 2)])
    #expect(Set(state.cookies) == [1, 2])
    state.step(to: batch(2, "a", 3, 3))
    #expect(Set(state.cookies) == [1, 2, 3])
    state.step(to: batch(100, "b", 1, 4))
    #expect(state.cookies == [4])
    // The same host, after nettop started again.
    state.step(to: batch(101, "b", 2, 5))
    state.step(to: batch(200, "b", 1, 6))
    #expect(state.cookies == [6])
    state.restart(with: [batch(100, "b", 2, 5), batch(200, "c", 1, 6), batch(201, "c", 2, 7)])
    #expect(Set(state.cookies) == [6, 7])
  }

  @Test func totalsResetInThePastAreOfItsMoment() {
    var state = Sample.recording()
    state.type("2R")
    state.timeline?.now = Sample.time(2)
    #expect(state.screen(200, 24)[2].contains("group totals since 12:00:01"))
    state.restart(with: [Sample.first, Sample.second])
    #expect(state.screen(200, 24)[2].contains("group totals since 12:00:00"))
  }
}

/// Going back from a live display.
struct LivePastTests {
  @Test func aPauseAsksForThePast() {
    var state = Sample.state()
    #expect(state.handle(.character("Z")) == nil)
    #expect(state.timeline == nil)
    state.type("Z")
    state.hasHistory = true
    #expect(state.handle(.character("Z")) == .past(.enter))
    #expect(state.timeline?.moment == Sample.time(1))
    #expect(!state.showsPast)
    #expect(state.handle(.character("Z")) == .past(.leave))
    #expect(state.timeline == nil)
    #expect(!state.isPaused)
  }

  @Test func aPauseAloneChangesNothingButTheKeys() {
    var state = Sample.state()
    state.type("Z")
    var paused = Sample.pausedState()
    let (before, after) = (state.screen(80, 24), paused.screen(80, 24))
    #expect(before.dropLast() == after.dropLast())
    #expect(after[23].hasPrefix("F1 Help  Z Resume  T/t Step  j/J Jump  "))
  }

  @Test func nothingIsMissedMeanwhile() {
    let third = Sample.batch(
      2,
      [.counters(Sample.id(2), .established, Sample.counters(9_000_000, 140_000))]
    )
    var always = Sample.state()
    always.apply(third)
    always.apply(Sample.batch(3))
    var state = Sample.pausedState()
    state.restart(with: [Sample.first])
    #expect(state.showsPast)
    #expect(state.rows.contains { $0.id == Sample.id(5) && $0.end == nil })
    let past = state.canvas()
    state.apply(third)
    #expect(state.canvas() == past)
    #expect(state.timeline?.now == Sample.time(2))
    state.step(to: Sample.second)
    #expect(state.timeline?.moment == Sample.time(1))
    state.apply(Sample.batch(3))
    #expect(state.handle(.character("Z")) == .past(.leave))
    #expect(state.canvas() == always.canvas())
  }

  @Test func theLastSampleIsThePresent() {
    var state = Sample.pausedState()
    state.restart(with: [Sample.first])
    #expect(state.handle(.character("}")) == .past(.leave))
    #expect(state.timeline == nil && !state.isPaused)
    #expect(state.model.table.time == Sample.time(1))
  }

  @Test func answersThatComeAfterItWasLeftChangeNothing() {
    var state = Sample.pausedState()
    let past = state.pastModel(of: [Sample.first])
    state.type("Z")
    state.show(past)
    state.step(to: Sample.second)
    #expect(state.timeline == nil)
    #expect(state.model.table.time == Sample.time(1))
  }

  @Test(arguments: [false, true])
  func thePastCannotBeActedOn(_ isRecording: Bool) {
    var state = isRecording ? Sample.recording() : Sample.pausedState()
    state.restart(with: [Sample.first])
    state.select(2)
    let problem =
      isRecording ? "Not available in a recording" : "Not available in the past: Z goes back to now"
    for key in "kK" {
      #expect(state.handle(.character(key)) == nil)
      #expect(state.panes.isEmpty)
      #expect(state.message?.text == problem)
    }
    state.press(.enter, .character("K"))
    #expect(state.context == .details)
    #expect(state.message?.text == problem)
  }

  @Test func aMenuFromBeforeDoesNotActEither() {
    var state = Sample.pausedState()
    state.select(2)
    state.type("k")
    #expect(state.context == .menu)
    state.restart(with: [Sample.first])
    state.press(.down)
    #expect(state.handle(.enter) == nil)
    #expect(state.message?.text == "Not available in the past: Z goes back to now")
    // What is only paused can be acted on.
    var paused = Sample.pausedState()
    paused.select(2)
    paused.type("k")
    #expect(paused.handle(.enter) != nil)
  }

  @Test func theDetailsShowWhatIsRecorded() {
    var state = Sample.pausedState()
    state.select(2)
    state.press(.enter)
    #expect(state.detailed?.id == Sample.id(2))
    state.restart(with: [Sample.first])
    #expect(state.detailed == nil)
    #expect(state.detailedProcess == nil)
    state.learn(SocketDetails(time: Sample.time(0), state: .closeWait), of: Sample.id(2))
    state.learn(ActionError.nothingToActOn, of: Sample.id(2))
    var text = state.screen(120, 40).joined(separator: "\n")
    #expect(text.contains("Recorded figures."))
    #expect(!text.contains("CLOSE-WAIT"))
    #expect(state.screen(120, 40)[0].hasSuffix("12:00:00"))
    // It has not been opened yet.
    state.restart(with: [Sample.batch(-5, [.upsert(Sample.connection(9))])])
    text = state.screen(120, 40).joined(separator: "\n")
    #expect(text.contains("This connection is not in the sample of this moment."))
    state.restart(with: [Sample.first])
    text = state.screen(120, 40).joined(separator: "\n")
    #expect(text.contains("Recorded figures."))
    state.type("Z")
    #expect(state.detailed?.id == Sample.id(2))
    text = state.screen(120, 40).joined(separator: "\n")
    #expect(text.contains("Waiting for the kernel's details"))
  }

  /// What the axes of all graphs end at.
  private func ends(_ state: inout ScreenState) -> Set<String> {
    var ends: Set<String> = []
    for line in state.screen(80, 40) {
      for axis in line.split(separator: "└", omittingEmptySubsequences: false).dropFirst() {
        if let end = axis.split(separator: " ").last { ends.insert(String(end)) }
      }
    }
    return ends
  }

  @Test func graphsEndAtTheMoment() {
    var state = Sample.state()
    state.hasHistory = true
    state.select(2)
    state.press(.enter)
    #expect(ends(&state) == ["now"])
    state.type("Z")
    #expect(ends(&state) == ["12:00:01"])
    state.restart(with: [Sample.first])
    #expect(ends(&state) == ["12:00:00"])
    // It has not been opened yet: these are the figures that were shown last.
    state.restart(with: [Sample.batch(-5, [.upsert(Sample.connection(9))])])
    #expect(ends(&state) == ["12:00:00"])
    state.type("Z")
    #expect(ends(&state) == ["now"])
    var recording = Sample.recording()
    recording.utcOffset = 3600
    recording.select(2)
    recording.press(.enter)
    recording.type("P")
    #expect(ends(&recording) == ["13:00:01"])
  }

  @Test func graphsOfAConnectionThatIsGoneEndWhereItWasSeen() {
    var state = Sample.pairs()
    state.select(1)
    state.press(.enter)
    state.apply(Sample.batch(10, [.ended(Sample.connection(1, closed: (9, .fin)))]))
    #expect(ends(&state) == ["now"])
    // More connections end than are kept.
    var seen = ""
    for second in 20..<24 {
      let deltas = (0..<3000).map { number -> Delta in
        let cookie = UInt64(second * 10_000 + number)
        return .ended(Sample.connection(cookie, closed: (Double(second), .fin)))
      }
      state.apply(Sample.batch(Double(second), deltas))
      if state.model.table.slot(of: Sample.id(1)) != nil { seen = "12:00:\(second)" }
    }
    #expect(state.model.table.slot(of: Sample.id(1)) == nil)
    #expect(ends(&state) == [seen])
  }

  @Test func settingsAreSavedInThePastToo() {
    var state = Sample.recording()
    #expect(state.handle(.character("W")) == .save)
  }

  @Test func aRecordingHasItsOwnIntervals() {
    var state = Sample.recording()
    state.type("d")
    #expect(state.prompt == nil)
    #expect(state.message?.text.contains("its own intervals") == true)
  }
}
