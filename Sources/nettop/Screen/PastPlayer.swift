import Connections
import Monitor
import Screens

/// The screen that a player, or the batches of a live source, change.
@MainActor
protocol PastScreen: AnyObject {
  var state: ScreenState { get set }
  /// Draws the state.
  func draw()
}

/// Moves through a history as keys request, and shows the sample that it has reached.
///
/// One request at a time is at work, each in a task of its own, so that keys never wait: a request ends
/// the one before. Only steps add up, and count from where a jump leads that is still at work. What takes
/// long runs outside of the main actor.
@MainActor
final class PastPlayer {
  private let history: any BatchHistory
  private unowned let screen: any PastScreen
  /// Waits for so long, between samples that are played.
  private let pause: Pause
  /// Of the sample on the screen; `nil` until one of the history is.
  private var position: Int64?
  /// What is at work. Tasks keep the screen that they change.
  private var task: Task<Void, Never>?
  /// Tells requests apart: one that was replaced changes nothing any more.
  private var request = 0
  /// Samples to step by: forward, or back where negative.
  private var steps = 0
  private var isStepping = false
  /// Whether the request at work leads to a sample that steps count from.
  private var isJumping = false
  /// The task that reads what the bar shows.
  private var reading: Task<Void, Never>?
  /// When that was read last, and for how many columns.
  private var read: (at: ContinuousClock.Instant, columns: Int)?

  typealias Pause = @Sendable (Duration) async throws -> Void

  /// Real seconds that a gap of a recording takes, however long it is.
  private static let gapSeconds = 1.0
  /// How often the bar of a history that grows is read.
  private static let readInterval = Duration.seconds(5)
  /// The same while the sample on the screen is beyond its ends.
  private static let hastyReadInterval = Duration.seconds(1)
  /// After how long the bar says that a sample is being read.
  private static let patience = Duration.milliseconds(300)

  init(
    _ history: any BatchHistory,
    _ screen: any PastScreen,
    pause: @escaping Pause = { try await Task.sleep(for: $0) }
  ) {
    self.history = history
    self.screen = screen
    self.pause = pause
  }

  /// Shows the first sample of a recording, or the one at a moment.
  func open(at moment: Timestamp? = nil) {
    jump { player in
      if let moment {
        try await player.go(to: moment)
      } else {
        try await player.go(toEnd: .backward)
      }
      try await player.readBar()
    }
  }

  func perform(_ action: PastAction) {
    switch action {
    case .enter:
      (position, read) = (nil, nil)
      start { try await $0.readBar() }
    case .leave:
      stop()
      (position, read) = (nil, nil)
    case .pause, .cancel: stop()
    case .step(let direction): step(direction)
    case .play: start { try await $0.play() }
    case .first: jump { try await $0.go(toEnd: .backward) }
    case .last: jump { try await $0.go(toEnd: .forward) }
    case .go(let moment): jump { try await $0.go(to: moment) }
    case .search(let filter, let direction):
      start { try await $0.search(filter, direction) }
    }
  }

  /// Ends what is at work.
  func stop() {
    task?.cancel()
    task = nil
    request += 1
    steps = 0
    (isStepping, isJumping) = (false, false)
    screen.state.timeline?.isReading = false
  }

  /// Reads what the bar shows if the bar is of another size, or it has been a while.
  func refreshBar() {
    guard screen.state.timeline != nil, let columns = screen.state.layout.timelineColumns else {
      return
    }
    if reading != nil { return }
    if let read, read.columns == columns, isUpToDate(read.at) { return }
    reading = Task { [screen] in
      do {
        try await readBar()
        screen.draw()
      } catch {
        // The bar stays as it was: what fails here fails where samples are read too, which tell.
      }
      reading = nil
    }
  }

  private func isUpToDate(_ instant: ContinuousClock.Instant) -> Bool {
    let timeline = screen.state.timeline
    let isOnBar = timeline?.moment.map { timeline?.span?.contains($0) == true } ?? true
    return ContinuousClock.now - instant < (isOnBar ? Self.readInterval : Self.hastyReadInterval)
  }

  /// Does something in place of what is at work.
  private func start(_ body: @escaping @MainActor (PastPlayer) async throws -> Void) {
    stop()
    let number = request
    task = Task { [screen] in
      do {
        try check(number)
        try await body(self)
      } catch is CancellationError {
        return
      } catch {
        guard number == request else { return }
        steps = 0
        screen.state.tell("\(error)", isProblem: true)
      }
      guard number == request else { return }
      isJumping = false
      screen.draw()
      if steps != 0 { takeAllSteps() }
    }
  }

  /// Goes to a sample in place of what is at work, and then takes the steps that were requested meanwhile.
  private func jump(_ body: @escaping @MainActor (PastPlayer) async throws -> Void) {
    start(body)
    isJumping = true
  }

  /// Throws where another request has taken the place of the present one.
  private func check(_ number: Int) throws {
    if number != request { throw CancellationError() }
    try Task.checkCancellation()
  }

  private func readBar() async throws {
    let columns = max(1, screen.state.layout.timelineColumns ?? 1)
    read = (.now, columns)
    let coverage = try await history.coverage()
    guard let timeline = screen.state.timeline,
      timeline.coverage != coverage || timeline.activity.count != columns
    else { return }
    screen.state.timeline?.coverage = coverage
    guard let span = screen.state.timeline?.span else { return }
    let activity = try await history.activity(in: span, parts: columns)
    screen.state.timeline?.activity = activity
  }
}

// MARK: Going to a sample

extension PastPlayer {
  /// The position that requests count from: that of the sample on the screen.
  private func present() async throws -> Int64? {
    if let position { return position }
    let moment = screen.state.timeline?.moment ?? Timestamp(nanoseconds: .max)
    return try await history.position(at: moment)
  }

  /// Shows the first sample or the last one.
  private func go(toEnd direction: TimeDirection) async throws {
    let moment = Timestamp(nanoseconds: direction == .forward ? .max : .min)
    if try await move(to: moment) { return }
    switch direction {
    case .forward: screen.state.reachEnd()
    case .backward: screen.state.reachStart()
    }
  }

  private func go(to moment: Timestamp) async throws {
    if try await move(to: moment) { return }
    screen.state.stay(at: moment)
  }

  /// Shows the sample of a moment.
  ///
  /// - Returns: false if that is on the screen already.
  private func move(to moment: Timestamp) async throws -> Bool {
    let number = request
    let target = try await history.position(at: moment)
    try check(number)
    guard let target else {
      screen.state.tell("Nothing is recorded", isProblem: true)
      return true
    }
    if target == position { return false }
    try await show(target)
    return true
  }

  /// Shows the sample at a position, with all that leads to it.
  private func show(_ position: Int64) async throws {
    let number = request
    let sign = Task { [screen] in
      do { try await Task.sleep(for: Self.patience) } catch { return }
      guard number == request, !Task.isCancelled else { return }
      screen.state.timeline?.isReading = true
      screen.draw()
    }
    defer {
      sign.cancel()
      if number == request { screen.state.timeline?.isReading = false }
    }
    let batches = try await history.lead(upTo: position)
    try check(number)
    guard let last = batches.last else {
      return screen.state.tell("That sample is not kept any more", isProblem: true)
    }
    let model = await Self.model(screen.state, batches)
    try check(number)
    screen.state.show(model)
    self.position = last.position
  }

  @concurrent
  private static func model(_ state: ScreenState, _ batches: [PastBatch]) async -> PastModel {
    state.pastModel(of: batches.map(\.batch))
  }

  private func step(_ direction: TimeDirection) {
    if !isStepping, !isJumping { stop() }
    steps += direction == .forward ? 1 : -1
    if !isStepping, !isJumping { takeAllSteps() }
  }

  private func takeAllSteps() {
    isStepping = true
    let number = request
    task = Task { [screen] in
      do {
        try check(number)
        while steps != 0 {
          try await takeSteps()
          try check(number)
          screen.draw()
        }
      } catch is CancellationError {
        return
      } catch {
        guard number == request else { return }
        screen.state.tell("\(error)", isProblem: true)
        screen.draw()
      }
      guard number == request else { return }
      (steps, isStepping) = (0, false)
    }
  }

  /// Takes all steps that were requested so far: forward one at a time, back all at once.
  private func takeSteps() async throws {
    let number = request
    guard let start = try await present() else {
      steps = 0
      return screen.state.tell("Nothing is recorded", isProblem: true)
    }
    if steps > 0 {
      guard let next = try await history.batch(after: start) else {
        try check(number)
        steps = 0
        return screen.state.reachEnd()
      }
      try check(number)
      steps -= 1
      // Without a sample of the history on the screen there is nothing that the batch goes on from.
      if position == nil { return try await show(next.position) }
      screen.state.step(to: next.batch)
      position = next.position
      return
    }
    var (target, taken) = (start, 0)
    while taken > steps, let previous = try await history.position(before: target) {
      target = previous
      taken -= 1
    }
    try check(number)
    if taken > steps { screen.state.reachStart() }
    steps = max(steps - taken, 0)
    if target != start { try await show(target) }
  }
}

// MARK: Playing and searching

extension PastPlayer {
  private func play() async throws {
    let number = request
    guard let start = try await present() else { return screen.state.reachEnd() }
    if position == nil { try await show(start) }
    while let current = position, let next = try await history.batch(after: current) {
      try check(number)
      try await wait(for: next.batch)
      try check(number)
      screen.state.step(to: next.batch)
      position = next.position
      screen.draw()
      // Keys are as important as the next sample.
      await Task.yield()
    }
    try check(number)
    if screen.state.timeline?.origin == .live {
      screen.state.leavePast()
      screen.state.tell("Caught up with the present")
    } else {
      screen.state.reachEnd()
    }
  }

  /// Waits until a batch is due after the one on the screen.
  private func wait(for batch: Batch) async throws {
    guard let timeline = screen.state.timeline, let moment = timeline.moment else { return }
    let next = batch.wallTime
    let ranges = timeline.coverage
    let isGap = zip(ranges, ranges.dropFirst()).contains {
      moment <= $0.upperBound && next >= $1.lowerBound
    }
    let recorded = next.seconds(since: moment)
    let seconds = timeline.speed.seconds(for: recorded)
    try await pause(.seconds(isGap ? min(seconds, Self.gapSeconds) : seconds))
  }

  private func search(_ filter: Filter, _ direction: TimeDirection) async throws {
    let number = request
    screen.state.tellSearch(at: nil)
    screen.draw()
    guard let start = try await present() else {
      return screen.state.endSearch(filter, direction, found: nil)
    }
    let hit = try await HistorySearch(history, filter).hit(direction, of: start) {
      [weak self] moment in
      await self?.report(moment, number)
    }
    try check(number)
    if let hit { try await show(hit.position) }
    screen.state.endSearch(filter, direction, found: hit?.connection)
  }

  private func report(_ moment: Timestamp, _ number: Int) {
    guard number == request else { return }
    screen.state.tellSearch(at: moment)
    screen.draw()
  }
}
