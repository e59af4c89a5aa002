import Connections
import Samples
import Terminal

@testable import Monitor
@testable import Screens

/// What the table of an state shows, for tests.
extension ScreenState {
  /// All rows, in their order, wherever the screen stands.
  var rows: [Row] { (0..<model.count).compactMap { model.row(at: $0) } }

  /// The cookies of all rows, groups included.
  var cookies: [UInt64] { rows.map(\.id.cookie) }

  /// Presses keys one after the other, and draws after each as the program does.
  mutating func press(_ keys: Key..., width: Int = 80, height: Int = 24) {
    for key in keys {
      _ = handle(key)
      _ = screen(width, height)
    }
  }

  /// Types a filter and accepts it.
  mutating func filter(_ text: String) {
    type("/")
    press(.control("u"))
    type(text)
    press(.enter)
  }

  /// Selects a row by its cookie.
  mutating func select(_ cookie: UInt64) {
    guard let position = cookies.firstIndex(of: cookie) else { return }
    select { $0.select(position, of: $1) }
  }

  /// What the last screen had in the line of a row, from 0 for the first row of the table.
  func line(ofRow position: Int) -> Int { layout.tableLines.lowerBound + position - selection.top }
}

extension Sample {
  /// An state with this many connections in the order of their PIDs, which are their cookies.
  static func many(_ count: UInt64, settings: Settings? = nil) -> ScreenState {
    var state = ScreenState(host: "example", settings: settings ?? Sample.settings(.pid))
    let deltas = (1...count).map { cookie -> Delta in
      .upsert(connection(cookie, owner: owner(Int32(cookie), "p\(cookie)")))
    }
    state.apply(batch(0, deltas))
    _ = state.screen(80, 24)
    return state
  }

  /// Two processes with two connections each to two hosts, and a listener.
  static func pairs() -> ScreenState {
    var state = ScreenState(host: "example", settings: settings(.pid))
    let listener = connection(
      9,
      local: endpoint("0.0.0.0", 80),
      remote: endpoint("0.0.0.0", 0),
      state: .listen,
      owner: owner(20, "nginx")
    )
    let deltas = [(1, 10), (2, 10), (3, 20), (4, 20)].map { cookie, pid -> Delta in
      let host = cookie % 2 == 0 ? "192.0.2.2" : "192.0.2.1"
      return .upsert(
        connection(
          UInt64(cookie),
          local: endpoint("10.0.0.5", UInt16(40_000 + cookie)),
          remote: endpoint(host, 443),
          owner: owner(Int32(pid), pid == 10 ? "curl" : "nginx")
        )
      )
    }
    state.apply(batch(0, deltas + [.upsert(listener)], namespaces: namespaces))
    _ = state.screen(80, 24)
    return state
  }
}
