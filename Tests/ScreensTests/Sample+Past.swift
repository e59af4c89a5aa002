import Connections
import Samples
import Terminal

@testable import Monitor
@testable import Screens

extension Sample {
  /// A recording with both batches, of ten minutes, at its second batch; opened a minute later.
  static func recording(_ settings: Settings = Settings()) -> ScreenState {
    var state = ScreenState(host: "example", settings: settings)
    state.replay("day.rec", now: time(660))
    state.timeline?.coverage = [time(0)...time(200), time(400)...time(600)]
    state.restart(with: [first, second])
    return state
  }

  /// A live display with both batches, whose past is kept, paused.
  static func pausedState() -> ScreenState {
    var state = state()
    state.hasHistory = true
    state.type("Z")
    state.timeline?.coverage = [time(-600)...time(1)]
    return state
  }
}

extension ScreenState {
  mutating func canvas(_ width: Int = 80, _ height: Int = 24) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    draw(into: &canvas)
    return canvas
  }
}
