import Connections
import Monitor
import Resolver
import Screens
import Terminal

/// The screen on the terminal, from its start to its end.
///
/// Keys, batches and signals each have a stream and a task; what they do to the state happens
/// one after the other on the main actor. A key never waits for more than a small batch.
@MainActor
final class ScreenSession: PastScreen {
  /// Why a session ended.
  enum Ending: Sendable {
    /// The user quit, or the samples are complete.
    case done
    case signal(Int32)
  }

  let screen: Screen
  /// `nil` where a recording is shown.
  let source: (any ConnectionSource)?
  /// Does to connections and processes what the caller may do; `nil` where there are none.
  let actor: (any SocketActor)?
  /// Those of the source.
  let batches: Batches?
  /// Keeps the batches of the source, for the history.
  private let sink: (any BatchSink)?
  /// Goes about in the history; `nil` where there is none.
  private(set) var player: PastPlayer?
  let setup: Setup
  var state: ScreenState
  /// The colours; `nil` for those that suit the terminal.
  var chosenTheme: Theme?
  /// As last reported by the terminal.
  var background: Background?
  private let signals: AsyncStream<Int32>
  /// Asks for what the details of a connection show, one question at a time.
  private var asking: Task<Void, Never>?

  /// Takes the terminal over for a live source.
  ///
  /// - Parameters:
  ///   - recent: its last minutes; `nil` where they are not kept.
  ///   - sink: keeps them, batch by batch.
  convenience init(
    _ state: ScreenState,
    _ setup: Setup,
    _ source: any ConnectionSource,
    recent: (any BatchHistory)? = nil,
    keptBy sink: (any BatchSink)? = nil
  ) throws {
    var state = state
    state.hasHistory = recent != nil
    try self.init(state, setup, source: source, history: recent, sink: sink)
  }

  /// Takes the terminal over for a recording.
  ///
  /// - Parameters:
  ///   - name: of its file.
  ///   - now: the time of the wall clock.
  convenience init(
    _ state: ScreenState,
    _ setup: Setup,
    replaying recording: any BatchHistory,
    named name: String,
    now: Timestamp
  ) throws {
    var state = state
    state.replay(name, now: now)
    try self.init(state, setup, source: nil, history: recording, sink: nil)
  }

  private init(
    _ state: ScreenState,
    _ setup: Setup,
    source: (any ConnectionSource)?,
    history: (any BatchHistory)?,
    sink: (any BatchSink)?
  ) throws {
    self.state = state
    self.setup = setup
    self.source = source
    self.sink = sink
    actor = CallersActor.limiting(source?.actor)
    self.state.closingRefusal = actor == nil ? .nothingToActOn : actor?.closingRefusal
    batches = source?.batches(every: setup.interval)
    // Before the screen: from then on no signal may end the process with the terminal taken.
    signals = try Signals.stream(of: Signals.all, isForced: true)
    screen = try Screen()
    chosenTheme = setup.theme
    background = .ofEnvironment
    screen.theme = chosenTheme ?? .suited(to: background, depth: screen.colorDepth)
    if !screen.isUnicode { self.state.presentation.graphs = .ascii }
    screen.isMouseCaptured = state.isMouseCaptured
    player = history.map { PastPlayer($0, self) }
  }

  /// Shows batches until the user or a signal ends it. The terminal is given back before it
  /// returns or throws.
  ///
  /// - Parameters:
  ///   - samples: of a live source, after how many it ends.
  ///   - moment: of a recording, which is shown first; `nil` for its first sample.
  func run(samples: Int? = nil, from moment: Timestamp? = nil) async throws -> Ending {
    defer {
      player?.stop()
      screen.close()
    }
    draw()
    return try await withThrowingTaskGroup(of: Ending.self) { group in
      if source == nil {
        player?.open(at: moment)
      } else {
        group.addTask { try await self.show(samples: samples) }
      }
      group.addTask { await self.obeyInput() }
      group.addTask { await self.awaitSignal() }
      group.addTask { await self.awaitNames() }
      defer {
        // With its task, the signals go back to ending the process: another may follow at once.
        screen.close()
        group.cancelAll()
      }
      return try await group.next() ?? .done
    }
  }

  private func show(samples: Int?) async throws -> Ending {
    var left = samples ?? .max
    var heap = Heap()
    guard let batches else { return .done }
    let intake = BatchIntake(self)
    for try await batch in batches {
      await intake.take(batch)
      heap.settle(after: batch.deltas.count)
      draw()
      if state.ringsBell { screen.ring() }
      askForDetails()
      let kept = await keep(batch)
      heap.note(keyframeOf: kept)
      left -= 1
      if left == 0 { break }
    }
    return .done
  }

  /// Keeps a batch for the past.
  ///
  /// - Returns: how many connections it was kept with, for a keyframe.
  private func keep(_ batch: Batch) async -> Int {
    guard let sink else { return 0 }
    guard await sink.needsConnections(of: state.liveTable.liveCount) else {
      await sink.append(batch, connections: nil)
      return 0
    }
    // A table that is held here has to be copied where a key changes it meanwhile.
    let table = state.liveTable
    await sink.append(batch, connections: { table.liveConnections })
    return table.liveCount
  }

  private func obeyInput() async -> Ending {
    for await input in screen.input {
      var action: Action?
      switch input {
      case .key(let key): action = withServices { state.handle(key) }
      case .mouse(let mouse): action = withServices { state.handle(mouse) }
      case .pasted(let text): withServices { state.paste(text) }
      case .background(let background):
        self.background = background
        if chosenTheme == nil {
          screen.theme = .suited(to: background, depth: screen.colorDepth)
        }
      case .resized: break
      case .endOfInput: return .done
      }
      if action == .quit { return .done }
      if let action { perform(action) }
      draw()
      if state.detailed?.id != asked { askForDetails() }
    }
    return .done
  }

  /// Lets the filters that are typed name services.
  private func withServices<Result>(_ body: () -> Result) -> Result {
    ServicePorts.with(SystemLookup.port(ofService:), body)
  }

  private func awaitSignal() async -> Ending {
    for await number in signals { return .signal(number) }
    return .done
  }

  private func awaitNames() async -> Ending {
    for await _ in setup.resolver.updates { draw() }
    // Names end no session: this task ends when it is cancelled.
    return .done
  }

  func draw() {
    let size = screen.size
    let resolver = setup.resolver
    var canvas = Canvas(width: size.width, height: size.height)
    if state.presentation.ports == .services { resolver.loadServices() }
    state.names = resolver.names
    state.draw(into: &canvas)
    if state.presentation.hosts == .names { resolver.want(state.layout.addresses) }
    screen.draw(canvas, cursor: state.layout.cursor)
    player?.refreshBar()
  }

  /// The connection whose details were asked for last.
  private var asked: Connection.ID?

  /// Asks the kernel for the details that are on the screen. Whoever is slow to answer delays no
  /// frame, and is asked again only after the answer.
  private func askForDetails() {
    asked = state.detailed?.id
    guard let inspector = source?.inspector, asking == nil,
      state.detailed != nil || state.detailedProcess != nil
    else { return }
    let (connection, process) = (state.detailed, state.detailedProcess)
    asking = Task {
      if let connection {
        do throws(ActionError) {
          state.learn(try await inspector.details(of: connection), of: connection.id)
        } catch {
          state.learn(error, of: connection.id)
        }
      }
      if let process { state.learn(await inspector.details(of: process), of: process) }
      asking = nil
      draw()
    }
  }
}
