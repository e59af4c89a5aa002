import Connections
import Samples
import Terminal

@testable import Monitor
@testable import Screens

extension Sample {
  /// Settings with this order.
  static func settings(_ sort: Column.ID) -> Settings {
    var settings = Settings()
    settings.sort = sort
    return settings
  }

  /// An state that had both batches.
  static func state() -> ScreenState {
    var state = ScreenState(host: "example")
    state.apply(first)
    state.apply(second)
    return state
  }
}

extension ScreenState {
  /// The screen as text.
  mutating func screen(_ width: Int, _ height: Int) -> [String] {
    var canvas = Canvas(width: width, height: height)
    draw(into: &canvas)
    return canvas.lines
  }

  /// Presses the keys of these characters.
  mutating func type(_ text: String) {
    for character in text { _ = handle(.character(character)) }
  }
}
