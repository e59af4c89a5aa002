import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// Rows that stand out do so from edge to edge.
struct RowStyleTests {
  /// A table with all rows, of which the rule raises an alert for some.
  private func state(_ rule: String) throws -> ScreenState {
    let rules = [try AlertRule(parsing: rule)]
    var state = ScreenState(host: "example", settings: Sample.settings(.pid), alerts: rules)
    state.apply(Sample.first)
    state.apply(Sample.second)
    return state
  }

  /// The styles in the line of a connection.
  private func styles(_ cookie: UInt64, _ state: inout ScreenState, _ width: Int) -> Set<Style> {
    let canvas = state.canvas(width, 24)
    guard let position = state.cookies.firstIndex(of: cookie) else { return [] }
    let y = state.line(ofRow: position)
    return Set((0..<width).map { canvas.style(x: $0, y: y) })
  }

  // A slow one, one that retransmits, a new one, and one that was refused.
  @Test(arguments: [4, 2, 6, 7] as [UInt64], [40, 80, 200])
  func aRowWithAnAlertIsOneBar(_ cookie: UInt64, _ width: Int) throws {
    var state = try state("port>0")
    #expect(styles(cookie, &state, width) == [.alarm])
    state.select(cookie)
    #expect(styles(cookie, &state, width) == [.selected])
    state.type("F")
    #expect(styles(cookie, &state, width) == [.followed])
    state.press(.escape)
    state.select(cookie)
    state.type(" ")
    state.select { selection, _ in selection.clear() }
    #expect(styles(cookie, &state, width) == [.tagged])
  }

  @Test(arguments: [4, 2, 6, 7, 5] as [UInt64])
  func aHighlightedRowIsOneBarToo(_ cookie: UInt64) throws {
    var state = try state("port=1")
    #expect(styles(cookie, &state, 80).count > 1)
    state.type("Hport>0")
    state.press(.enter)
    #expect(styles(cookie, &state, 80) == [.highlighted])
  }

  /// No two of these rows look the same, and one with an alert shows across the screen.
  @Test(arguments: Theme.names)
  func everyThemeTellsRowsApart(_ name: String) throws {
    let theme = try #require(Theme.named(name))
    let styles: [Style] = [.plain, .alarm, .selected, .followed, .tagged, .highlighted]
    #expect(Set(styles.map { theme[$0] }).count == styles.count)
    let (alarm, plain) = (theme[.alarm], theme[.plain])
    #expect(alarm.background != plain.background || alarm.attributes.contains(.reverse))
  }
}
