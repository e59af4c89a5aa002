import Connections
import Terminal
import Testing

@testable import Monitor

/// Filters made from a row, the other end of a connection, themes and notices.
struct RowActionTests {
  private func texts(_ interface: Interface) -> [String] {
    guard case .menu(let menu) = interface.panes.last else { return [] }
    return menu.items.map(\.text)
  }

  @Test func aRowOffersItsValues() {
    var interface = Sample.pairs()
    interface.select(3)
    interface.press(.character("f"))
    #expect(
      texts(interface) == [
        "process=nginx", "pid=20", "user=root", "raddr=192.0.2.1", "rport=443", "lport=40003",
        "state=estab", "netns=host",
      ]
    )
    interface.press(.down, .down, .down, .enter)
    #expect(interface.view.filter.text == "raddr=192.0.2.1")
    #expect(interface.cookies == [1, 3])
    // A further one is added, the same field gets another value.
    interface.select(3)
    interface.press(.character("f"), .enter)
    #expect(interface.view.filter.text == "raddr=192.0.2.1 and process=nginx")
    #expect(interface.cookies == [3])
    interface.press(.character("f"), .escape)
    #expect(interface.cookies == [3])
  }

  @Test func everyConditionLetsItsRowThrough() {
    for cookie in [2, 3, 4, 6] as [UInt64] {
      var interface = Sample.interface()
      interface.select(cookie)
      interface.press(.character("f"))
      for index in texts(interface).indices {
        var chosen = interface
        for _ in 0..<index { chosen.press(.down) }
        chosen.press(.enter)
        #expect(chosen.cookies.contains(cookie), "\(chosen.view.filter.text)")
        #expect(chosen.cookies.count < 6 || chosen.view.filter.text.hasPrefix("netns"))
      }
    }
  }

  @Test func aGroupOffersWhatItHasInCommon() {
    var interface = Sample.pairs()
    interface.press(.character("2"), .down, .character("f"))
    #expect(texts(interface) == ["process=curl", "pid=10", "user=root"])
    interface.press(.escape, .character("3"), .down, .character("f"))
    #expect(texts(interface) == ["raddr=192.0.2.1"])
  }

  @Test func theRightButtonBeginsWithTheCell() throws {
    var interface = Sample.pairs()
    let remote = try #require(interface.layout.items.first { $0.id == .remote })
    let y = interface.line(ofRow: 2)
    #expect(interface.handle(Mouse(.press(.right), x: remote.x + 2, y: y)) == nil)
    #expect(interface.selected?.id == Sample.id(3))
    interface.press(.enter)
    #expect(interface.view.filter.text == "raddr=192.0.2.1")
    interface.press(.escape)
    #expect(interface.handle(Mouse(.press(.right), x: 0, y: 0)) == nil)
    #expect(interface.panes.isEmpty)
  }

  /// Client and server on this host, in two namespaces and with another pair of the same addresses.
  private func ends() -> Interface {
    var interface = Interface(host: "example", settings: Sample.settings(.pid))
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
    interface.apply(Sample.batch(0, deltas, namespaces: Sample.namespaces))
    _ = interface.screen(80, 24)
    return interface
  }

  @Test func theOtherEndIsJumpedTo() {
    var interface = ends()
    for (cookie, other) in [(3, 4), (4, 3)] as [(UInt64, UInt64)] {
      interface.select(cookie)
      interface.press(.character("j"))
      #expect(interface.selected?.id == Sample.id(other))
    }
    // None in its own namespace: one in another.
    interface.select(2)
    interface.press(.character("j"))
    #expect([Sample.id(1), Sample.id(3)].contains(interface.selected?.id))
    interface.select(5)
    interface.press(.character("j"))
    #expect(interface.message?.text.contains("not on this host") == true)
    #expect(interface.selected?.id == Sample.id(5))
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
    var interface = Sample.interface()
    interface.apply(Sample.batch(0, ends.map { .upsert($0) }))
    _ = interface.screen(80, 24)
    interface.select(11)
    interface.press(.character("j"))
    #expect(interface.selected?.id == Sample.id(12))
    #expect(interface.screen(120, 24).contains { $0.contains("(local ones count twice)") })
    // The same address of two links is two hosts.
    let table = interface.model.table
    let rows = (0..<table.bound).compactMap { table[$0] }.filter { $0.id.cookie > 10 }
    let grouper = Grouper(.host, table)
    #expect(Set(rows.map { grouper.identity(of: $0) }).count == 3)
  }

  @Test func theDetailsGoToTheOtherEnd() {
    var interface = ends()
    interface.select(3)
    interface.press(.enter, .character("j"))
    #expect(interface.detailed?.id == Sample.id(4))
    #expect(interface.screen(120, 24)[0].contains("10.0.0.2:80"))
    interface.press(.escape)
    #expect(interface.selected?.id == Sample.id(4))
  }

  @Test func aHiddenOtherEndIsTold() {
    var interface = ends()
    interface.filter("pid=3")
    interface.select(3)
    interface.press(.character("j"))
    #expect(interface.message?.text == "The filter hides the other end (Esc clears it)")
  }

  @Test func aThemeIsShownWhileItIsChosen() {
    var interface = Sample.interface()
    interface.press(.character("T"))
    #expect(interface.handle(.down) == .setTheme("dark"))
    #expect(interface.theme == "dark")
    #expect(interface.handle(.end) == .setTheme("plain"))
    #expect(interface.handle(.escape) == .setTheme("auto"))
    #expect(interface.settings.theme == "auto")
    interface.press(.character("T"), .down)
    let y = interface.boxFrame.lines.lowerBound + 2
    #expect(interface.handle(Mouse(.press(.left), x: 40, y: y)) == .setTheme("light"))
    #expect(interface.handle(.enter) == .setTheme("light"))
    #expect(interface.panes.isEmpty)
    #expect(interface.settings.theme == "light")
    // The next choice begins there, and a file is one of them.
    var settings = Settings()
    settings.theme = "mine.toml"
    var other = Interface(host: "example", settings: settings)
    other.press(.character("T"))
    #expect(other.screen(80, 24).contains { $0.contains("mine.toml") })
    #expect(other.handle(.enter) == .setTheme("mine.toml"))
  }

  @Test(arguments: [(20, 6), (80, 24), (200, 50)])
  func allProblemsCanBeRead(_ width: Int, _ height: Int) {
    var interface = Sample.interface()
    let problems = (1...30).map { "/etc/config.toml:\($0): 'sort' takes a column, not 'x\($0)'" }
    interface.report(problems, of: "settings")
    var seen = ""
    for _ in 0..<200 {
      seen += interface.screen(width, height).joined(separator: " ")
      interface.press(.down, width: width, height: height)
    }
    let words = seen.split(separator: " ").map(String.init).joined(separator: " ")
    for number in 1...30 { #expect(words.contains("'x\(number)'"), "\(number)") }
    if width >= 40 { #expect(words.contains("30 problems in the settings")) }
    interface.press(.up, .escape)
    #expect(interface.panes.isEmpty)
    interface.report(["short"], of: "settings")
    #expect(interface.panes.isEmpty && interface.message?.text == "short")
    interface.report([], of: "settings")
    interface.report([String(repeating: "long ", count: 40)], of: "settings")
    #expect(interface.context == .menu)
    interface.press(.enter)
    #expect(interface.panes.isEmpty)
  }
}
