package import Connections
package import Monitor
import StyledText
import Terminal

/// The screen of nettop: what it shows, and what keys do to it.
///
/// Pure: it has no clock and does nothing outside of itself. `detailed`, `detailedProcess` and
/// `layout.addresses` say what it needs to know, and the `Action` of a key what the program has
/// to do.
package struct ScreenState: Sendable {
  /// The name of the host, shown in the first line.
  let host: String
  /// How many seconds local time is ahead of UTC.
  package var utcOffset: Int
  let keys: KeyMap
  /// The settings that it began with.
  let base: Settings

  /// In which units and words figures are shown.
  package var presentation = Presentation()
  /// The names known for addresses and ports.
  package var names = Names()
  /// Seconds between samples.
  package internal(set) var delay: Double
  /// Rows that it matches stand out.
  var highlight = Filter()
  /// Whether clicks come to the program rather than to the terminal.
  package internal(set) var isMouseCaptured: Bool
  /// Why no connection can be closed; `nil` if that is not known before one is.
  package var closingRefusal: ActionError?
  /// Where things are on the screen: set by `draw`.
  package internal(set) var layout = ScreenLayout()

  /// What batches are applied to.
  var live: Model
  /// What is shown while the display is paused.
  var frozen: Model?
  /// Whether no batch came since the display was paused: `frozen` and `live` share their rows.
  var sharesRows = false
  /// Alerts of `live`.
  var alerts: AlertBoard
  /// `nil` unless a batch is being taken in.
  var meanwhile: Meanwhile?
  /// When the totals of groups were reset; `nil` if they never were.
  var totalsResetAt: Timestamp?
  /// The past that can be shown now: of a recording, or while a live display is paused.
  package var timeline: Timeline?
  /// Whether the last minutes of the live source are kept.
  package var hasHistory = false
  /// The last batch of the past that was applied.
  var pastOrigin: BatchOrigin?
  /// When totals of the past on the screen were reset; `nil` if they never were.
  var pastTotalsResetAt: Timestamp?
  /// What was last jumped to, as it was typed.
  var lastJump = ""
  /// What a prompt that was accepted requests.
  var requested: Action?
  /// The state of each view; that of the current view is in `current`, with the filter that all
  /// of them have.
  private var others: [ViewKind: ViewState]
  var current: ViewState
  /// The panes over the table, the last one on top.
  var panes: [Pane] = []
  var prompt: Prompt?
  /// The filters that were accepted.
  var promptHistory = PromptHistory()
  /// What is shown on the last line.
  package internal(set) var message: Message?

  /// The theme in use: `auto`, a name, or the path of a theme file.
  package internal(set) var theme: String

  /// What is shown on the last line until the next key; unless it is a problem, for some seconds at
  /// most, as it hides the keys.
  package struct Message: Hashable, Sendable {
    package let text: String
    package let isProblem: Bool
    /// The time of the first batch since then.
    fileprivate var since: Timestamp?

    /// In seconds between batches.
    fileprivate static let duration = 5.0
  }

  /// - Parameter alerts: rules besides those of the settings, which are not saved.
  package init(
    host: String,
    utcOffset: Int = 0,
    settings: Settings = Settings(),
    filter: Filter = Filter(),
    alerts: [AlertRule] = []
  ) {
    self.host = host
    self.utcOffset = utcOffset
    base = settings
    keys = KeyMap(changes: settings.keys)
    presentation = settings.presentation
    isMouseCaptured = settings.usesMouse
    theme = settings.theme
    delay = settings.delay
    self.alerts = AlertBoard(settings.alerts + alerts)
    others = [:]
    for kind in ViewKind.allCases {
      let view = View(kind, sort: settings.order(of: kind), filter: filter)
      others[kind] = ViewState(view, columns: settings.columns[kind])
    }
    current = others[settings.view] ?? ViewState(View(settings.view))
    live = Model(current.view, halfLife: settings.average, keepsHistory: true)
  }

  /// All that is known of the live source, whatever is on the screen.
  package var liveTable: ConnectionTable { live.table }

  /// The model on the screen.
  package var model: Model { frozen ?? live }

  /// Whether the display is paused.
  package var isPaused: Bool { timeline.map { !$0.isPlaying } ?? (frozen != nil) }

  package mutating func apply(_ batch: Batch) {
    live.apply(batch)
    alerts.update(live)
    show(after: batch)
  }

  /// Shows what a batch brought, which the live model has.
  mutating func show(after batch: Batch) {
    sharesRows = false
    expireMessage(at: batch.time)
    if timeline?.origin == .live { timeline?.now = batch.wallTime }
    guard frozen == nil else { return }
    current.selection.follow(live)
    refreshDetails()
  }

  /// Shows a message on the last line.
  package mutating func tell(_ text: String, isProblem: Bool = false) {
    message = Message(text: text, isProblem: isProblem)
  }

  /// Says on the last line why something was not done.
  package mutating func tell(_ refusal: ActionError) {
    tell("\(refusal.problem): \(refusal.advice)", isProblem: true)
  }

  mutating func expireMessage(at time: Timestamp) {
    guard let told = message, !told.isProblem else { return }
    let since = told.since ?? time
    message?.since = since
    if time.seconds(since: since) >= Message.duration { message = nil }
  }

  /// Shows all problems of something: on the last line if they fit there, otherwise in a box.
  package mutating func report(_ problems: [String], of what: String) {
    guard let first = problems.first else { return }
    if problems.count == 1, SafeText.columns(of: first) <= 80 {
      return tell(first, isProblem: true)
    }
    let count = problems.count == 1 ? "A problem" : "\(problems.count) problems"
    panes.append(.notice(Notice(title: "\(count) in the \(what)", problems)))
  }
}

extension ScreenState {
  var selection: Selection { current.selection }

  /// The order and filter of the present view.
  var view: View { current.view }

  /// The row that is selected.
  var selected: Row? {
    selection.id == nil ? nil : model.row(at: selection.position)
  }

  /// Rows that stand out: those that the user highlighted last, and those of the settings.
  var highlights: [Settings.Highlight] {
    let asked = highlight.isEmpty ? [] : [Settings.Highlight(highlight, .highlighted)]
    return asked + base.highlights
  }

  /// Changes what is selected, given the model on the screen.
  mutating func select(_ body: (inout Selection, Model) -> Void) {
    body(&current.selection, model)
  }

  /// Changes the order, filter or folding of what is shown.
  mutating func update(_ body: (inout View) -> Void) {
    body(&current.view)
    show()
  }

  /// Changes the columns of the present view.
  mutating func updateCurrent(_ body: (inout ViewState) -> Void) {
    body(&current)
    show()
  }

  /// Goes to another view.
  mutating func go(to kind: ViewKind) {
    guard kind != current.view.kind, let next = others[kind] else { return }
    others[current.view.kind] = current
    let filter = current.view.filter
    current = next
    current.view.filter = filter
    show()
  }

  /// What a view has of its own, the present one included.
  func viewState(of kind: ViewKind) -> ViewState {
    var other = kind == current.view.kind ? current : others[kind] ?? ViewState(View(kind))
    other.view.filter = current.view.filter
    return other
  }

  /// Tags what a row stands for.
  mutating func tag(_ row: Row, _ isTagged: Bool) {
    // What is on the screen and what comes after a pause may show different rows.
    let ids = model.connections(of: row)
    change { $0.tag(ids, isTagged) }
  }

  mutating func untagAll() {
    change { $0.untagAll() }
  }

  /// Counts what groups carry from here on.
  mutating func resetTotals() {
    change { $0.resetTotals() }
    // Before the first batch there are no totals, and no time.
    if live.table.startedAt != nil { totalsResetAt = live.table.time }
    meanwhile?.resetsTotals = true
    if showsPast, model.table.startedAt != nil { pastTotalsResetAt = model.table.time }
    tell("Totals of processes, hosts and namespaces reset to 0")
  }

  mutating func togglePause() {
    if frozen.take() == nil {
      frozen = live
      sharesRows = true
    } else {
      show()
    }
  }

  /// Makes the model on the screen show the present view.
  mutating func show() {
    let view = current.view
    if frozen == nil {
      live.view = view
      current.selection.follow(live)
    } else if var shown = frozen.take() {
      shown.view = view
      current.selection.follow(shown)
      frozen = shown
    }
  }

  /// Changes the connections themselves: those on the screen, and those that come after a pause.
  private mutating func change(_ body: @escaping @Sendable (inout Model) -> Void) {
    body(&live)
    meanwhile?.append(body)
    if var shown = frozen.take() {
      body(&shown)
      frozen = shown
    }
    current.selection.follow(model)
  }
}
