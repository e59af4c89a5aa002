import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct PastKeyTests {
  static let actions: [(Character, PastAction)] = [
    ("t", .step(.forward)), ("T", .step(.backward)), ("{", .first), ("}", .last), ("P", .play),
    ("Z", .play),
  ]

  @Test(arguments: actions)
  func keysRequestOfARecording(_ key: Character, _ action: PastAction) {
    for inDetails in [false, true] {
      var state = Sample.recording()
      state.select(2)
      if inDetails { state.press(.enter) }
      #expect(state.handle(.character(key)) == .past(action))
      #expect(state.timeline?.isPlaying == (action == .play))
    }
  }

  @Test func withoutAPastTheyAreThoseOfTheTable() {
    var state = Sample.state()
    state.hasHistory = true
    #expect(state.handle(.character("t")) == nil)
    #expect(state.view.sort == SortOrder(.rtt))
    state.type("T")
    #expect(state.context == .menu)
    state.press(.escape)
    for key in "JP[]{}" { #expect(state.handle(.character(key)) == nil) }
    #expect(state.prompt == nil)
  }

  @Test func otherKeysStay() {
    var state = Sample.recording()
    state.type("2")
    #expect(state.view.kind == .processes)
    state.type("1/ssh")
    state.press(.enter)
    #expect(state.view.filter.text == "ssh")
    state.press(.escape)
    #expect(state.view.filter.isEmpty)
    #expect(state.handle(.character("q")) == .quit)
  }

  @Test func stepsPauseAndPlayingGoesOn() {
    var state = Sample.recording()
    #expect(state.handle(.character("P")) == .past(.play))
    #expect(!state.isPaused)
    #expect(state.handle(.character("P")) == .past(.pause))
    #expect(state.isPaused)
    state.type("P")
    #expect(state.handle(.character("t")) == .past(.step(.forward)))
    #expect(state.isPaused)
  }

  @Test func theSpeedDoublesAndHalves() {
    var state = Sample.recording()
    #expect(state.handle(.character("]")) == nil)
    #expect(state.timeline?.speed.text == "2x")
    #expect(state.message?.text == "Speed: 2x")
    state.type("P")
    // The wait for the next sample is of the old speed.
    #expect(state.handle(.character("]")) == .past(.play))
    for _ in 0..<10 { _ = state.handle(.character("]")) }
    #expect(state.timeline?.speed.text == "max")
    #expect(state.handle(.character("]")) == nil)
    for _ in 0..<20 { _ = state.handle(.character("[")) }
    #expect(state.timeline?.speed.text == "1/8x")
  }

  @Test func speedsAreOfRecordedTime() {
    var speed = PlaySpeed()
    #expect(speed.seconds(for: 1.5) == 1.5)
    speed.change(by: 2)
    #expect(speed.seconds(for: 2) == 0.5)
    speed.change(by: -5)
    #expect(speed.seconds(for: 2) == 16)
    speed.change(by: 100)
    #expect(speed.isUnlimited)
    #expect(speed.seconds(for: 3600) == 0)
    #expect(PlaySpeed().seconds(for: -5) == 0)
  }

  @Test func bothEndsAreTold() {
    var state = Sample.recording()
    state.type("P")
    state.reachEnd()
    #expect(state.isPaused)
    #expect(
      state.message?.text == "This is the last sample of the recording: { goes to the first"
    )
    #expect(state.canvas().lines[22].hasSuffix("end 1x"))
    state.reachStart()
    #expect(
      state.message?.text == "This is the first sample of the recording: } goes to the last"
    )
    state.restart(with: [Sample.first])
    #expect(state.timeline?.isAtEnd == false)
    var live = Sample.pausedState()
    live.reachEnd()
    #expect(live.message?.text == "This is the newest sample: Z resumes")
    live.reachStart()
    #expect(live.message?.text == "This is the oldest sample that is kept: } goes to now")
  }

  @Test func theBarSaysWhereTheEndIs() {
    var state = Sample.recording()
    state.timeline?.coverage = [Sample.time(0)...Sample.time(1)]
    state.restart(with: [Sample.first])
    #expect(state.canvas().lines[22].hasSuffix("paused 1x"))
    state.step(to: Sample.second)
    #expect(state.canvas().lines[22].hasSuffix("end 1x"))
    // A key that leads nowhere changes nothing of that.
    state.type("t")
    #expect(state.canvas().lines[22].hasSuffix("end 1x"))
  }

  @Test func theHelpListsThemFirst() {
    for var state in [Sample.recording(), Sample.pausedState()] {
      state.press(.character("?"))
      let screen = state.screen(120, 60)
      #expect(screen[1] == "In the past")
      #expect(screen.contains { $0.hasPrefix("  T ") && $0.hasSuffix("the previous sample") })
      state.press(.escape)
      #expect(state.panes.isEmpty && state.timeline != nil)
    }
  }

  @Test func theyCanBeRebound() {
    var settings = Settings()
    settings.keys = [
      .nextSample: [.character("n")], .previousSample: [.character("N")], .bits: [.character("t")],
    ]
    var state = Sample.recording(settings)
    #expect(state.handle(.character("n")) == .past(.step(.forward)))
    #expect(state.handle(.character("N")) == .past(.step(.backward)))
    state.type("t")
    #expect(state.presentation.unit == .bits)
    #expect(KeyMap().command(for: .character("t"), in: .past) == .nextSample)
    #expect(KeyMap().command(for: .character("r"), in: .past) == .sortByRate)
    #expect(KeyMap().command(for: .character("T"), in: .details, isPast: true) == .previousSample)
    #expect(KeyMap().command(for: .character("T"), in: .details) == .theme)
  }

  @Test func theLastLineNamesThem() {
    var state = Sample.recording()
    let line = state.screen(80, 24)[23]
    #expect(line.hasPrefix("F1 Help  Z Play  T/t Step  j/J Jump  [/] Speed  {/} Ends  "))
    #expect(line.contains("q Quit"))
    let x = line.prefix { $0 != "T" }.count
    #expect(state.handle(Mouse(.press(.left), x: x, y: 23)) == .past(.step(.forward)))
  }

  // MARK: Jumps

  /// Types where to jump, from a second after the start of a recording of ten minutes, with a gap.
  private func jump(_ key: Character, _ text: String, _ state: inout ScreenState) -> Action? {
    _ = state.handle(.character(key))
    state.type(text)
    return state.handle(.enter)
  }

  static let moments: [(Character, String, Double)] = [
    ("j", "12:05", 300), ("J", "12:00", 0), ("j", "2026-03-01 12:09:59", 599),
    ("J", "2026-03-01T12:00:00.5Z", 0.5), ("j", "+30s", 31), ("J", "+30s", 31), ("j", "2m", 121),
    // In a recording it is before its end.
    ("J", "3m ago", 420), ("j", "now", 600),
    // No further than to the edges.
    ("j", "+2h", 600), ("J", "5m", 0), ("J", "-1d", 0), ("j", "1h ago", 0),
  ]

  @Test(arguments: moments)
  func jumpsGoToMoments(_ key: Character, _ text: String, _ seconds: Double) {
    var state = Sample.recording()
    #expect(jump(key, text, &state) == .past(.go(Sample.time(seconds))))
    #expect(state.prompt == nil)
  }

  static let edges: [(Character, String, String)] = [
    ("j", "+2h", "The recording ends at 12:10:00: this is its last sample"),
    ("J", "5m", "The recording starts at 12:00:00: this is its first sample"),
    ("J", "1h ago", "The recording starts at 12:00:00: this is its first sample"),
  ]

  @Test(arguments: edges)
  func jumpsBeyondAnEndSaySo(_ key: Character, _ text: String, _ message: String) {
    var state = Sample.recording()
    _ = jump(key, text, &state)
    #expect(state.message?.text == message)
    #expect(state.message?.isProblem == false)
    #expect(state.screen(80, 24)[23] == message)
    // It says more than where the jump leads.
    state.stay(at: Sample.time(600))
    #expect(state.message?.text == message)
    // A day later, it names the day.
    state.timeline?.now = Sample.time(90_000)
    _ = jump(key, text, &state)
    #expect(state.message?.text.contains(" at 2026-03-01 12:") == true)
    #expect((state.message?.text.count ?? 0) <= 80)
  }

  @Test func jumpsBeyondAnEndOfALiveSourceSaySo() {
    var state = Sample.pausedState()
    // The span was read a while ago.
    state.apply(Sample.batch(4))
    #expect(jump("j", "+2s", &state) == .past(.go(Sample.time(3))))
    #expect(state.message == nil)
    #expect(jump("j", "+2h", &state) == .past(.go(Sample.time(4))))
    #expect(state.message?.text == "This is the newest sample: Z resumes")
    #expect(jump("J", "2h", &state) == .past(.go(Sample.time(-600))))
    #expect(
      state.message?.text == "Nothing before 11:50:00 is kept: this is the oldest sample"
    )
  }

  @Test func aJumpToTheSameSampleSaysSo() {
    var state = Sample.recording()
    state.stay(at: Sample.time(31))
    #expect(
      state.message?.text
        == "There is no sample between 12:00:01 and 12:00:31: t shows the next one"
    )
    state.press(.character("x"))
    state.stay(at: Sample.time(1.5))
    #expect(
      state.message?.text == "There is only one sample at 12:00:01: t shows the next one"
    )
  }

  static let refused: [(Character, String, String)] = [
    ("j", "11:00", "2026-03-02 11:00:00 is after the last sample, of 2026-03-01 12:10:00"),
    ("J", "11:00", "2026-03-01 11:00:00 is before the first sample, of 2026-03-01 12:00:00"),
    ("j", "2026-02-30", "not a day"), ("j", "25:00", "00:00 to 23:59:59"),
    ("j", "+5", "with a unit"),
  ]

  @Test(arguments: refused)
  func whatIsNoMomentOfItIsTold(_ key: Character, _ text: String, _ part: String) {
    var state = Sample.recording()
    #expect(jump(key, text, &state) == nil)
    #expect(state.prompt?.text == text)
    #expect(state.message?.text.contains(part) == true, "\(state.message?.text ?? "")")
    #expect(state.screen(100, 24).joined().contains(part))
  }

  @Test func jumpsSearchForExpressions() throws {
    var state = Sample.recording()
    let refused = try Filter(parsing: "reason=refused")
    #expect(jump("j", "reason=refused", &state) == .past(.search(refused, .forward)))
    #expect(state.view.filter.isEmpty)
    #expect(state.timeline?.isSearching == true)
    // An empty answer repeats the last one, to either side.
    #expect(jump("J", "", &state) == .past(.search(refused, .backward)))
    #expect(jump("J", "+30s", &state) == .past(.go(Sample.time(31))))
    #expect(jump("j", "", &state) == .past(.go(Sample.time(31))))
    // In quotes it is a word.
    let word = try Filter(parsing: "'12:05'")
    #expect(jump("j", "'12:05'", &state) == .past(.search(word, .forward)))
  }

  @Test func theFirstJumpNeedsAnAnswer() {
    var state = Sample.recording()
    #expect(jump("j", "", &state) == nil)
    #expect(state.prompt != nil)
    #expect(state.message?.text == "Enter a time or an expression")
    state.press(.escape)
    #expect(state.prompt == nil)
  }

  @Test func anExpressionThatIsWrongIsMarked() {
    var state = Sample.recording()
    #expect(jump("j", "nothing=5", &state) == nil)
    #expect(state.prompt?.error != nil)
    #expect(state.screen(80, 24).joined(separator: "\n").contains("Unknown field 'nothing'"))
  }

  @Test func thePromptSaysWhatItTakes() {
    for inDetails in [false, true] {
      var state = Sample.recording()
      state.select(2)
      if inDetails { state.press(.enter) }
      state.type("J")
      let screen = state.screen(80, 24)
      #expect(screen[22] == "Jump back to:")
      #expect(
        screen[23]
          == "14:05  2026-03-01 14:05  3m ago  +30s  reason=refused  Enter Accept  Esc Cancel"
      )
      #expect(state.layout.cursor == Canvas.Position(x: 14, y: 22))
      #expect(state.handle(.control("c")) == .quit)
    }
  }

  @Test func thePromptSaysWhatEnterRepeats() {
    var state = Sample.recording()
    _ = jump("j", "reason=refused", &state)
    state.type("j")
    #expect(
      state.screen(80, 24)[23]
        == "Enter alone repeats reason=refused  or type 14:05  2026-03-01 14:05  3m ago"
    )
    #expect(state.screen(40, 24)[23] == "Enter alone repeats reason=refused")
    #expect(state.screen(80, 4)[3].hasSuffix("Enter alone repeats reason=refused"))
    // Once something is typed, Enter accepts that.
    state.type("1")
    #expect(!state.screen(80, 24)[23].contains("repeats"))
    #expect(state.screen(80, 24)[23].hasSuffix("  Enter Accept  Esc Cancel"))
    #expect(state.screen(40, 24)[23] == "14:05  2026-03-01 14:05  3m ago  +30s")
    state.press(.escape)
    let long = "process=" + String(repeating: "x", count: 200)
    _ = jump("j", long, &state)
    state.type("J")
    for width in 52...250 {
      #expect(state.screen(width, 24)[23].hasPrefix("Enter alone repeats process=xxx"))
      #expect(state.screen(width, 24)[23].contains("xxx…"))
    }
  }

  @Test func aSearchIsToldAndCancelled() throws {
    var state = Sample.recording()
    let filter = try Filter(parsing: "reason=reset")
    state.tellSearch(at: nil)
    #expect(state.message?.text == "Searching… (Esc cancels)")
    state.tellSearch(at: Sample.time(65))
    #expect(state.message?.text == "Searching 12:01:05… (Esc cancels)")
    #expect(state.handle(.escape) == .past(.cancel))
    #expect(state.message?.text == "Search cancelled")
    #expect(state.handle(.escape) == nil)
    state.tellSearch(at: nil)
    state.endSearch(filter, found: nil)
    #expect(
      state.message?.text == "No later sample in which a connection begins to match reason=reset"
    )
    state.tellSearch(at: nil)
    state.endSearch(filter, found: Sample.id(7))
    #expect(state.message == nil)
    #expect(state.selected?.id == Sample.id(7))
    #expect(state.timeline?.isSearching == false)
  }
}
