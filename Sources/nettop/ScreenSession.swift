import Monitor
import Resolver
import Terminal
import Tracer

/// The interface on the terminal, from its start to its end.
///
/// Keys, batches and signals each have a stream and a task; what they do to the interface happens
/// one after the other on the main actor, so a key never waits for more than a batch.
@MainActor
final class ScreenSession {
  /// Why a session ended.
  enum Ending: Sendable {
    /// The user quit, or the samples are complete.
    case done
    case signal(Int32)
  }

  private let screen: Screen
  private let signals: AsyncStream<Int32>
  private var interface: Interface
  private let resolver: HostResolver
  /// The user's colours; `nil` for those that suit the terminal.
  private let theme: Theme?

  /// Takes the terminal over.
  init(interface: Interface, resolver: HostResolver, theme: Theme?) throws {
    self.interface = interface
    self.theme = theme
    self.resolver = resolver
    // Before the screen: from then on no signal may end the process with the terminal taken.
    signals = Signals.stream()
    screen = try Screen()
    screen.theme = theme ?? .suited(to: .ofEnvironment, depth: screen.colorDepth)
  }

  /// Shows batches until the user or a signal ends it. The terminal is given back before it
  /// returns or throws.
  func run(_ batches: Batches, samples: Int?) async throws -> Ending {
    defer { screen.close() }
    draw()
    return try await withThrowingTaskGroup(of: Ending.self) { group in
      group.addTask { try await self.show(batches, samples: samples) }
      group.addTask { await self.obeyKeys() }
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

  private func show(_ batches: Batches, samples: Int?) async throws -> Ending {
    var left = samples ?? .max
    for try await batch in batches {
      interface.apply(batch)
      draw()
      left -= 1
      if left == 0 { break }
    }
    return .done
  }

  private func obeyKeys() async -> Ending {
    for await input in screen.input {
      switch input {
      case .key(let key):
        switch interface.handle(key) {
        case .quit: return .done
        case .suspend: screen.suspend()
        case .redraw: screen.redraw()
        case .captureMouse, .copy, .save, .setDelay, nil: break
        }
      case .mouse, .pasted: continue
      case .background(let background):
        screen.theme = theme ?? .suited(to: background, depth: screen.colorDepth)
      case .resized: break
      case .endOfInput: return .done
      }
      draw()
    }
    return .done
  }

  private func awaitSignal() async -> Ending {
    for await number in signals { return .signal(number) }
    return .done
  }

  private func awaitNames() async -> Ending {
    for await _ in resolver.updates { draw() }
    // Names end no session: this task ends when it is told to.
    return .done
  }

  private func draw() {
    let size = screen.size
    var canvas = Canvas(width: size.width, height: size.height)
    if interface.presentation.ports == .services { resolver.loadServices() }
    interface.names = resolver.names
    interface.draw(into: &canvas)
    if interface.presentation.hosts == .names { resolver.want(interface.addresses) }
    screen.draw(canvas, cursor: interface.cursor.map { ($0.x, $0.y) })
  }
}
