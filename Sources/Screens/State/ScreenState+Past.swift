package import Connections
package import Monitor
import Terminal

/// Going about in a recording, or in the last minutes of the live source.
extension ScreenState {
  /// Whether something other than the present is on the screen.
  package var showsPast: Bool { timeline?.isEntered == true }

  /// Whether the keys of the past come first.
  var hasKeysOfPast: Bool {
    timeline != nil && (context == .table || context == .details)
  }

  /// Shows a recording from here on: batches come by `restart` and `step` only.
  ///
  /// - Parameters:
  ///   - name: of its file.
  ///   - now: the time of the wall clock.
  package mutating func replay(_ name: String, now: Timestamp) {
    timeline = Timeline(.recording(name), now: now)
  }

  /// Says that the sample on the screen is the last one; nothing plays on from it.
  package mutating func reachEnd() {
    timeline?.isPlaying = false
    timeline?.isAtEnd = true
    guard timeline?.isOfRecording == true else { return tellOfNewest() }
    let key = keys.keys(of: .firstSample).first?.name
    let advice = key.map { ": \($0) goes to the first" } ?? ""
    tell("This is the last sample of the recording\(advice)")
  }

  private mutating func tellOfNewest() {
    let key = keys.keys(of: .pause).first?.name
    tell("This is the newest sample" + (key.map { ": \($0) resumes" } ?? ""))
  }

  /// Says that the sample on the screen is the first one.
  package mutating func reachStart() {
    guard let timeline else { return }
    let key = keys.keys(of: .lastSample).first?.name
    let advice = key.map { ": \($0) goes to \(timeline.isOfRecording ? "the last" : "now")" }
    let text =
      timeline.isOfRecording
      ? "This is the first sample of the recording" : "This is the oldest sample that is kept"
    tell(text + (advice ?? ""))
  }

  /// Says that a jump to a moment leads to the sample that is on the screen already; a jump that has
  /// said more is left alone.
  package mutating func stay(at moment: Timestamp) {
    guard message == nil, let sample = timeline?.moment else { return }
    let key = keys.keys(of: .nextSample).first?.name
    let advice = key.map { ": \($0) shows the next one" } ?? ""
    let (from, to) = (text(of: sample, besides: moment), text(of: moment, besides: sample))
    let place =
      from == to
      ? "There is only one sample at \(to)" : "There is no sample between \(from) and \(to)"
    tell(place + advice)
  }

  /// Goes back to the present.
  package mutating func leavePast() {
    guard timeline?.origin == .live else { return }
    timeline = nil
    pastOrigin = nil
    pastTotalsResetAt = nil
    frozen = nil
    show()
    updateDetails { $0.forgetKernel() }
    refreshDetails()
  }

  // MARK: Searching

  /// Says how far a search is; `nil` where it begins.
  package mutating func tellSearch(at moment: Timestamp?) {
    timeline?.isSearching = true
    let time = moment.map { " \(TimestampText.timeOfDay($0, offset: utcOffset))" } ?? ""
    let key = keys.keys(of: .back).first?.name
    tell("Searching\(time)…" + (key.map { " (\($0) cancels)" } ?? ""))
  }

  /// Ends a search.
  ///
  /// - Parameters:
  ///   - direction: where it was looked for.
  ///   - found: the connection that begins to match at the moment now shown; `nil` if there is
  ///     none, and the screen stays as it was.
  package mutating func endSearch(
    _ filter: Filter,
    _ direction: TimeDirection = .forward,
    found: Connection.ID?
  ) {
    timeline?.isSearching = false
    message = nil
    guard let found else {
      return tell(
        "No \(direction == .backward ? "earlier" : "later") sample in which a connection begins to match \(filter.text)",
        isProblem: true
      )
    }
    if let position = model.position(of: found) {
      select { $0.select(position, of: $1) }
      stopFollowing()
    }
  }

  package mutating func cancelSearch() {
    guard timeline?.isSearching == true else { return }
    timeline?.isSearching = false
    tell("Search cancelled")
  }

  // MARK: Keys

  /// What a command requests of the past; `nil` if it is none of these, or done with already.
  mutating func performInPast(_ command: Command) -> PastAction? {
    if command == .pause { return pause() }
    guard timeline != nil else { return nil }
    switch command {
    case .back where timeline?.isSearching == true:
      cancelSearch()
      return .cancel
    case .nextSample: return halt(.step(.forward))
    case .previousSample: return halt(.step(.backward))
    case .firstSample: return halt(.first)
    case .lastSample:
      guard timeline?.origin == .live else { return halt(.last) }
      leavePast()
      return .leave
    case .jumpForward: ask(.jump(.forward))
    case .jumpBack: ask(.jump(.backward))
    case .play: return play()
    case .slower: return changeSpeed(by: -1)
    case .faster: return changeSpeed(by: 1)
    default: break
    }
    return nil
  }

  /// Pauses a live display or a recording, or goes on with it.
  private mutating func pause() -> PastAction? {
    if timeline?.isOfRecording == true { return play() }
    if timeline != nil {
      leavePast()
      return .leave
    }
    togglePause()
    guard hasHistory, let frozen else { return nil }
    var timeline = Timeline(.live, now: live.table.wall(live.table.time))
    if frozen.table.startedAt != nil { timeline.moment = timeline.now }
    self.timeline = timeline
    return .enter
  }

  private mutating func play() -> PastAction? {
    guard let isPlaying = timeline?.isPlaying else { return nil }
    timeline?.isPlaying = !isPlaying
    timeline?.isSearching = false
    return isPlaying ? .pause : .play
  }

  private mutating func changeSpeed(by steps: Int) -> PastAction? {
    guard let before = timeline?.speed else { return nil }
    timeline?.speed.change(by: steps)
    guard let timeline else { return nil }
    tell("Speed: \(timeline.speed.text)")
    return timeline.isPlaying && timeline.speed != before ? .play : nil
  }

  /// Pauses for a request that chooses the sample.
  private mutating func halt(_ action: PastAction) -> PastAction {
    timeline?.isPlaying = false
    timeline?.isSearching = false
    return action
  }

  /// Goes to a moment, as a click on the bar does.
  mutating func goToPast(_ moment: Timestamp) -> Action? {
    .past(halt(.go(moment)))
  }

  /// Whether what is shown is of now; shows a message if it is not.
  mutating func mayActNow() -> Bool {
    guard let timeline, timeline.isEntered else { return true }
    let key = keys.keys(of: .pause).first?.name
    let advice = key.map { ": \($0) goes back to now" } ?? ""
    tell(
      timeline.isOfRecording
        ? "Not available in a recording" : "Not available in the past\(advice)",
      isProblem: true
    )
    return false
  }

  /// Ends a prompt that asks where to go. If its text is neither a time of this past nor an expression,
  /// the prompt says why and stays.
  mutating func acceptJump(_ prompt: Prompt, _ direction: TimeDirection) {
    let text = prompt.trimmedText.isEmpty ? lastJump : prompt.trimmedText
    if text.isEmpty { return tell("Enter a time or an expression", isProblem: true) }
    let moment: Moment?
    do throws(MomentError) {
      moment = try Moment.read(text)
    } catch {
      return tell(error.message, isProblem: true)
    }
    if let moment {
      guard let target = target(of: moment, direction) else { return }
      requested = .past(halt(.go(target)))
    } else {
      guard let filter = try? Filter(parsing: text) else { return applyPrompt(isWhole: true) }
      requested = .past(halt(.search(filter, direction)))
      timeline?.isSearching = true
    }
    lastJump = text
    if moment == nil { promptHistory.add(text) }
    self.prompt = nil
  }

  /// When a moment is; shows a message where the history has not got it.
  private mutating func target(of moment: Moment, _ direction: TimeDirection) -> Timestamp? {
    guard let timeline, let span = timeline.span else {
      tell("Nothing is recorded", isProblem: true)
      return nil
    }
    // What is kept of a live source grows between two readings of its span.
    let (first, last) = (span.lowerBound, max(span.upperBound, timeline.end))
    let target = moment.resolved(
      now: timeline.end,
      from: timeline.moment ?? timeline.end,
      offset: utcOffset,
      direction
    )
    if first <= target, target <= last { return target }
    switch moment {
    case .shift, .distance, .ago:
      // From near an edge, a distance goes as far as the edge.
      tellOfEdge(target < first ? .backward : .forward, at: target < first ? first : last)
      return min(max(target, first), last)
    case .timeOfDay, .local, .absolute: break
    }
    let edge =
      target < first
      ? "before the first sample, of \(dateAndTime(first))"
      : "after the last sample, of \(dateAndTime(last))"
    tell("\(dateAndTime(target)) is \(edge)", isProblem: true)
    return nil
  }

  /// Says that a jump goes no further than to the first or last sample.
  private mutating func tellOfEdge(_ direction: TimeDirection, at edge: Timestamp) {
    guard let timeline else { return }
    let time = text(of: edge, besides: timeline.now)
    switch direction {
    case .forward where timeline.isOfRecording:
      tell("The recording ends at \(time): this is its last sample")
    case .backward where timeline.isOfRecording:
      tell("The recording starts at \(time): this is its first sample")
    case .forward: tellOfNewest()
    case .backward: tell("Nothing before \(time) is kept: this is the oldest sample")
    }
  }

  private func dateAndTime(_ moment: Timestamp) -> String {
    "\(TimestampText.date(moment, offset: utcOffset)) "
      + TimestampText.timeOfDay(moment, offset: utcOffset)
  }

  /// A moment, with its date unless that is the same as of another one.
  private func text(of moment: Timestamp, besides other: Timestamp) -> String {
    let dates = [moment, other].map { TimestampText.date($0, offset: utcOffset) }
    return dates[0] == dates[1]
      ? TimestampText.timeOfDay(moment, offset: utcOffset) : dateAndTime(moment)
  }
}
