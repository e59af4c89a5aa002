import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct NamesTests {
  private static let address = Sample.endpoint("192.0.2.1", 443).address

  private func cell(
    _ column: Column.ID,
    _ names: Names,
    hosts: Presentation.Hosts = .names,
    ports: Presentation.Ports = .services
  ) -> Column.Cell {
    var model = Model()
    model.apply(Sample.batch(0, [.upsert(Sample.connection(1))]))
    var presentation = Presentation()
    presentation.hosts = hosts
    presentation.ports = ports
    let context = CellContext(model.table, presentation, names)
    return model.row(at: 0).map { Column.with(column).cell($0, context) } ?? .absent
  }

  private let names = Names(hosts: [address: "www.example.org"], services: [443: "https"])

  @Test func areShownWhereTheyAreAskedForAndKnown() {
    #expect(cell(.remote, names).text() == "www.example.org:https")
    #expect(cell(.remote, names, hosts: .addresses).text() == "192.0.2.1:https")
    #expect(cell(.remote, names, ports: .numbers).text() == "www.example.org:443")
    #expect(cell(.local, names).text() == "10.0.0.5:40000")
    #expect(cell(.remote, Names()).text() == "192.0.2.1:443")
  }

  @Test(arguments: [
    (21, "www.example.org:https"), (20, "www.exa…mple.org:https"), (17, "www.e….org:https"),
    (9, "w…g:https"), (7, "…:https"), (4, "ttps"),
  ])
  func areCutInTheMiddle(_ columns: Int, _ text: String) {
    let shown = cell(.remote, names).text(columns: columns)
    #expect(shown.count <= columns)
    #expect(shown == text || shown.count == columns && shown.hasSuffix(".org:https"), "\(shown)")
  }

  @Test func ofStrangersAreMadeSafeAndBounded() {
    let hostile = Names(hosts: [
      Self.address: "a\u{1b}[31m\u{202e}b" + String(repeating: "x", count: 9999)
    ])
    let name = hostile.name(of: Self.address) ?? ""
    #expect(name.hasPrefix("a?[31m?b"))
    #expect(name.utf8.count <= Names.longest)
    #expect(name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    #expect(Names(hosts: [Self.address: ""]).name(of: Self.address) == nil)
  }

  @Test func wideNamesFitTheirCell() {
    let wide = Names(hosts: [Self.address: "日本語日本語日本語.example"])
    for columns in 8...40 {
      let text = cell(.remote, wide).text(columns: columns)
      #expect(SafeText.columns(of: text) <= columns, "\(columns)")
    }
  }

  @Test func areWantedForWhatIsVisible() {
    var state = ScreenState(host: "host")
    state.apply(
      Sample.batch(
        0,
        (1...60).map { number in
          .upsert(
            Sample.connection(number, remote: Sample.endpoint("198.51.100.\(number)", 80))
          )
        }
      )
    )
    var canvas = Canvas(width: 80, height: 16)
    state.draw(into: &canvas)
    let shown = state.layout.addresses.filter { canvas.lines.joined().contains("\($0):80") }
    let remote = state.layout.addresses.filter { "\($0)".hasPrefix("198.51.100.") }
    #expect(!remote.isEmpty && remote.count < 16)
    #expect(shown == remote)
  }
}
