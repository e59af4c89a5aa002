import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// Filters made from a row, the other end of a connection, themes and notices.
struct RowActionTests {
  private func texts(_ state: ScreenState) -> [String] {
    guard case .menu(let menu) = state.panes.last else { return [] }
    return menu.items.map(\.text)
  }

  @Test func aRowOffersItsValues() {
    var state = Sample.pairs()
    state.select(3)
    state.press(.character("f"))
    #expect(
      texts(state) == [
        "process=nginx", "pid=20", "user=root", "raddr=192.0.2.1", "rport=443", "lport=40003",
        "state=estab", "netns=host",
      ]
    )
    state.press(.down, .down, .down, .enter)
    #expect(state.view.filter.text == "raddr=192.0.2.1")
    #expect(state.cookies == [1, 3])
    // A further one is added, the same field gets another value.
    state.select(3)
    state.press(.character("f"), .enter)
    #expect(state.view.filter.text == "raddr=192.0.2.1 and process=nginx")
    #expect(state.cookies == [3])
    state.press(.character("f"), .escape)
    #expect(state.cookies == [3])
  }

  @Test func everyConditionLetsItsRowThrough() {
    for cookie in [2, 3, 4, 6] as [UInt64] {
      var state = Sample.state()
      state.select(cookie)
      state.press(.character("f"))
      for index in texts(state).indices {
        var chosen = state
        for _ in 0..<index { chosen.press(.down) }
        chosen.press(.enter)
        #expect(chosen.cookies.contains(cookie), "\(chosen.view.filter.text)")
        #expect(chosen.cookies.count < 6 || chosen.view.filter.text.hasPrefix("netns"))
      }
    }
  }

  @Test func aGroupOffersWhatItHasInCommon() {
    var state = Sample.pairs()
    state.press(.character("2"), .down, .character("f"))
    #expect(texts(state) == ["process=curl", "pid=10", "user=root"])
    state.press(.escape, .character("3"), .down, .character("f"))
    #expect(texts(state) == ["raddr=192.0.2.1"])
  }

  @Test func theRightButtonBeginsWithTheCell() throws {
    var state = Sample.pairs()
    let remote = try #require(state.layout.columns.items.first { $0.id == .remote })
    let y = state.line(ofRow: 2)
    #expect(state.handle(Mouse(.press(.right), x: remote.x + 2, y: y)) == nil)
    #expect(state.selected?.id == Sample.id(3))
    state.press(.enter)
    #expect(state.view.filter.text == "raddr=192.0.2.1")
    state.press(.escape)
    #expect(state.handle(Mouse(.press(.right), x: 0, y: 0)) == nil)
    #expect(state.panes.isEmpty)
  }

  /// Client and server on this host, in two namespaces and with another pair of the same addresses.
  private func ends() -> ScreenState {
    var state = ScreenState(host: "example", settings: Sample.settings(.pid))
    let (client, server) = (Sample.endpoint("10.0.0.1", 40_000), Sample.endpoint("10.0.0.2", 80))
    let places: [(UInt64, Endpoint, Endpoint, UInt32)] = [
      (1, client, server, 4_026_531_840), (2, server, client, 4_026_532_100),
      (3, client, server, 4_026_532_200), (4, server, client, 4_026_532_200),
      (5, client, Sample.endpoint("192.0.2.9", 1), 4_026_531_840),
    ]
    let deltas = places.map { cookie, local, remote, netns -> Delta in
      .upsert(
        Sample.connection(
          cookie,
          local: local,
          remote: remote,
          netns: netns,
          owner: Sample.owner(Int32(cookie), "p\(cookie)")
        )
      )
    }
    state.apply(Sample.batch(0, deltas, namespaces: Sample.namespaces))
    _ = state.screen(80, 24)
    return state
  }

  @Test func theOtherEndIsJumpedTo() {
    var state = ends()
    for (cookie, other) in [(3, 4), (4, 3)] as [(UInt64, UInt64)] {
      state.select(cookie)
      state.press(.character("j"))
      #expect(state.selected?.id == Sample.id(other))
    }
    // None in its own namespace: one in another.
    state.select(2)
    state.press(.character("j"))
    #expect([Sample.id(1), Sample.id(3)].contains(state.selected?.id))
    state.select(5)
    state.press(.character("j"))
    #expect(state.message?.text.contains("not on this host") == true)
    #expect(state.selected?.id == Sample.id(5))
  }

  /// Each end of a link has a device of its own.
  @Test func theOtherEndOfALinkHasAnotherZone() throws {
    let ends = try [
      ("fe80::1%a", "fe80::2%a", 11), ("fe80::2%b", "fe80::1%b", 12),
      ("fe80::9%c", "fe80::2%c", 13),
    ].map { ends in
      let (local, remote) = (try #require(Address(ends.0)), try #require(Address(ends.1)))
      return Sample.connection(
        UInt64(ends.2),
        local: Endpoint(address: local, port: ends.2 == 12 ? 80 : 40000),
        remote: Endpoint(address: remote, port: ends.2 == 12 ? 40000 : 80)
      )
    }
    var state = Sample.state()
    state.apply(Sample.batch(0, ends.map { .upsert($0) }))
    _ = state.screen(80, 24)
    state.select(11)
    state.press(.character("j"))
    #expect(state.selected?.id == Sample.id(12))
    #expect(state.screen(120, 24).contains { $0.contains("(local ones count twice)") })
    // The same address of two links is two hosts.
    let table = state.model.table
    let rows = (0..<table.bound).compactMap { table[$0] }.filter { $0.id.cookie > 10 }
    #expect(Set(rows.map { GroupKey(.host, $0, table).number }).count == 3)
  }

  @Test func theDetailsGoToTheOtherEnd() {
    var state = ends()
    state.select(3)
    state.press(.enter, .character("j"))
    #expect(state.detailed?.id == Sample.id(4))
    #expect(state.screen(120, 24)[0].contains("10.0.0.2:80"))
    state.press(.escape)
    #expect(state.selected?.id == Sample.id(4))
  }

  @Test func aRefusedAttemptHasNoOtherEnd() {
    var attempt = Sample.connection(9, state: .closed)
    attempt.end = Connection.End(at: Sample.time(1), reason: .refused, neverEstablished: true)
    var state = ScreenState(host: "example")
    state.apply(Sample.batch(1, [.ended(attempt)]))
    state.select(9)
    state.press(.character("j"))
    #expect(state.message?.text == "No socket on this host has that address")
  }

  @Test func aHiddenOtherEndIsTold() {
    var state = ends()
    state.filter("pid=3")
    state.select(3)
    state.press(.character("j"))
    #expect(state.message?.text == "The filter hides the other end (Esc clears it)")
  }

  @Test func aThemeIsShownWhileItIsChosen() {
    var state = Sample.state()
    state.press(.character("T"))
    #expect(state.handle(.down) == .setTheme("dark"))
    #expect(state.theme == "dark")
    #expect(state.handle(.end) == .setTheme("plain"))
    #expect(state.handle(.escape) == .setTheme("auto"))
    #expect(state.settings.theme == "auto")
    state.press(.character("T"), .down)
    let y = state.layout.box.lines.lowerBound + 2
    #expect(state.handle(Mouse(.press(.left), x: 40, y: y)) == .setTheme("light"))
    #expect(state.handle(.enter) == .setTheme("light"))
    #expect(state.panes.isEmpty)
    #expect(state.settings.theme == "light")
    // The next choice begins there, and a file is one of them.
    var settings = Settings()
    settings.theme = "mine.toml"
    var other = ScreenState(host: "example", settings: settings)
    other.press(.character("T"))
    #expect(other.screen(80, 24).contains { $0.contains("mine.toml") })
    #expect(other.handle(.enter) == .setTheme("mine.toml"))
  }

  @Test(arguments: [(20, 6), (80, 24), (200, 50)])
  func allProblemsCanBeRead(_ width: Int, _ height: Int) {
    var state = Sample.state()
    let problems = (1...30).map { "/etc/config.toml:\($0): 'sort' takes a column, not 'x\($0)'" }
    state.report(problems, of: "settings")
    var seen = ""
    for _ in 0..<200 {
      seen += state.screen(width, height).joined(separator: " ")
      state.press(.down, width: width, height: height)
    }
    let words = seen.split(separator: " ").map(String.init).joined(separator: " ")
    for number in 1...30 { #expect(words.contains("'x\(number)'"), "\(number)") }
    if width >= 40 { #expect(words.contains("30 problems in the settings")) }
    state.press(.up, .escape)
    #expect(state.panes.isEmpty)
    state.report(["short"], of: "settings")
    #expect(state.panes.isEmpty && state.message?.text == "short")
    state.report([], of: "settings")
    state.report([String(repeating: "long ", count: 40)], of: "settings")
    #expect(state.context == .menu)
    state.press(.enter)
    #expect(state.panes.isEmpty)
  }
}
