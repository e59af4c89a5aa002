import Connections
import Monitor
import StyledText
import Terminal

/// The first line: what is shown, of which host, in which view, and of which moment.
///
///     nettop  myhost [1 Conns] 2 Procs  3 Hosts  4 NetNS  5 Listen  6 Closed
///     PAUSED [1 Conns] 2 Procs  3 Hosts  4 NetNS  5 Listen  6 Closed  12:00:01
struct TitleLine {
  private typealias Parts = (
    left: [StyledLine.Part], tabs: [StyledLine.Part], right: [StyledLine.Part]
  )

  private let facts: HeaderView.Facts
  private let bar: TabBar
  private var model: Model { facts.model }

  init(_ facts: HeaderView.Facts) {
    self.facts = facts
    bar = TabBar(facts.model.view.kind)
  }

  func line(width: Int) -> StyledLine {
    let (left, tabs, right) = parts(width)
    return StyledLine(left: left + tabs, right: right, style: .bar)
  }

  /// The places of the tabs.
  func tabs(width: Int) -> [TabBar.Tab] {
    let (left, tabs, _) = parts(width)
    return TabBar.places(of: tabs, x: StyledLine.columns(of: left))
  }

  /// The time of the last sample, if names leave no space for it here: another line has it then, and
  /// keeps it while the display is paused.
  func timeElsewhere(width: Int) -> String? {
    guard !isPast, liveParts(width, flags: flags).right.isEmpty else { return nil }
    return runningTime
  }

  private func parts(_ width: Int) -> Parts {
    facts.isPaused || isPast ? heldParts(width) : liveParts(width, flags: flags)
  }

  /// As many words as fit. Names of views are needed more than the time and the name of the program,
  /// and these more than the whole name of the host.
  private func liveParts(_ width: Int, flags: [StyledLine.Part]) -> Parts {
    let right = runningTime.map { [StyledLine.Part("  \($0)", .bar)] } ?? []
    let (host, long) = (flags + [name(facts.host)], flags + [name("nettop  \(facts.host)")])
    let choices: [(left: [StyledLine.Part], TabBar.Wording, right: [StyledLine.Part])] = [
      (long, .names, right), (long, .shortNames, right), (long, .shortNames, []),
      (host, .shortNames, []), (long, .numbers, right), (long, .numbers, []),
      (long, .current, []),
    ]
    for (left, wording, right) in choices {
      let parts = (left, bar.parts(wording), right)
      if Self.columns(of: parts) <= width { return parts }
    }
    return (long, [], [])
  }

  /// The same where the display does not go on by itself: nothing is needed more than the moment.
  private func heldParts(_ width: Int) -> Parts {
    let all = mode + flags
    var program = "nettop"
    if case .recording(let file) = facts.timeline?.origin { program = file }
    let long = all + [name("\(program)  \(facts.host)")]
    var choices: [(left: [StyledLine.Part], TabBar.Wording?)] = [
      (long, .names), (long, .shortNames), (long, .numbers), (all, .numbers), (all, .current),
      (all, nil), (mode, .current), (mode, nil), ([], nil),
    ]
    // The name of a recording is needed more than those of views.
    if facts.timeline?.isOfRecording != true { choices.insert((all, .shortNames), at: 2) }
    let moments = moments.map { [StyledLine.Part("  \($0) ", .bar)] }
    for right in moments.isEmpty ? [[]] : moments {
      for (left, wording) in choices {
        let parts = (left, wording.map(bar.parts) ?? [], right)
        // What is at the right keeps a distance.
        let distance = right.isEmpty ? 0 : 2
        if Self.columns(of: parts) + distance <= width { return parts }
      }
    }
    return (mode, [], [])
  }

  private static func columns(of parts: Parts) -> Int {
    StyledLine.columns(of: parts.left + parts.tabs + parts.right)
  }

  private func name(_ text: String) -> StyledLine.Part { .init(" \(text) ", .barStrong) }
}

// What the line says.
extension TitleLine {
  private var isPast: Bool { facts.timeline?.isEntered == true }

  private var mode: [StyledLine.Part] {
    if facts.isPaused { return [.init(" PAUSED ", .paused)] }
    return facts.timeline?.isPlaying == true ? [.init(" PLAYING ", .paused)] : []
  }

  /// Further modes that are easily forgotten.
  private var flags: [StyledLine.Part] {
    var flags: [StyledLine.Part] = []
    if model.view.isFrozen { flags.append(.init(" FROZEN ", .paused)) }
    if model.view.followed != nil { flags.append(.init(" FOLLOWING ", .paused)) }
    if let tags { flags.append(.init(" \(tags) ", .paused)) }
    return flags
  }

  /// How many rows are tagged here, which keys act on, and how many elsewhere; `nil` for none.
  private var tags: String? {
    let (here, hidden) = (model.taggedSlots.count, model.hiddenTags)
    if here + hidden == 0 { return nil }
    let place = "hidden by this view or filter"
    if here == 0 { return "\(Quantity.grouped(hidden)) tagged, \(place)" }
    let count = "\(Quantity.grouped(here)) tagged"
    return hidden == 0 ? count : "\(count), \(Quantity.grouped(hidden)) more \(place)"
  }

  /// The time of the last sample, and since when there are any; `nil` before there is one.
  private var runningTime: String? {
    model.table.startedAt.map { startedAt in
      let up = DurationText.age(model.table.time.seconds(since: startedAt))
      return "\(timeOfSample)  up \(up) "
    }
  }

  private var timeOfSample: String {
    TimestampText.timeOfDay(model.table.wall(model.table.time), offset: facts.utcOffset)
  }

  /// When the sample on the screen was taken: with its date unless that is today, and without. None
  /// before there is a sample.
  private var moments: [String] {
    guard let timeline = facts.timeline else {
      return model.table.startedAt == nil ? [] : [timeOfSample]
    }
    guard let moment = timeline.moment else { return [] }
    let time = TimestampText.timeOfDay(moment, offset: facts.utcOffset)
    let dates = [moment, timeline.now].map { TimestampText.date($0, offset: facts.utcOffset) }
    return dates[0] == dates[1] ? [time] : ["\(dates[0]) \(time)", time]
  }
}
