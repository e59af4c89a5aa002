import Glibc
import Terminal
import TestSupport
import Testing

/// Names that try to write to the terminal, or to break the format.
///
/// Anyone on the host may name a process as they like.
@Suite(.live, .timeLimit(.minutes(5))) struct HostileNameTests {
  private static let names: [[UInt8]] = [
    Array("\u{1b}[31mred\u{1b}[0m".utf8),
    Array("\u{1b}]0;title\u{07}".utf8),
    Array("two\nlines\r\t".utf8),
    Array("\u{202e}gpj\u{2066}\u{200b}".utf8),
    [0x61, 0xff, 0xfe, 0x9b, 0x33, 0x31, 0x6d, 0xc3],
    Array("\"},{\"\\".utf8),
    Array("日本語🇩🇪e\u{301}".utf8),
    Array("\u{1b}\u{1b}\u{7f}\u{08}\u{0e}".utf8),
  ]

  private let directory: TemporaryDirectory
  private let namespace: TestNamespace

  init() throws {
    directory = try TemporaryDirectory()
    // What names come from a namespace is as hostile.
    namespace = try TestNamespace(suffix: Array("\u{1b}[2J\n\u{202e}\"\\".utf8) + [0xff])
  }

  /// Starts a program of that name, and with it in its command line, that holds a connection.
  private func start(_ name: [UInt8]) throws -> Child {
    let connection = try namespace.run { try LoopbackConnection() }
    defer { connection.close() }
    let path = Array("\(directory.path)/".utf8) + name
    try #require(try Child.perform(path: "cp", [Array("/bin/sleep".utf8), path]))
    let arguments = [name, Array("600".utf8)]
    return try Child(
      path: path,
      arguments: arguments,
      keeping: [connection.client, connection.server]
    )
  }

  @Test func areTamedInLists() async throws {
    let holders = try Self.names.map(start)
    let inode = "\(namespace.inode)"
    let table = try await Nettop.run(["list", "--no-wait", "--netns", inode])
    #expect(table.status == 0)
    expectClean(table.output)
    // A line of time, one of titles, and two for each connection.
    #expect(table.text.split(separator: "\n").count == 2 + 2 * holders.count)

    let json = try await Nettop.run(["list", "--no-wait", "--format", "json", "--netns", inode])
    expectClean(json.output)
    let lines = try JSONLine.lines(of: json.text)
    for (holder, name) in zip(holders, Self.names) {
      let own = lines.filter { $0.integer("pid") == Int(holder.pid) }
      #expect(own.count == 2)
      // The kernel keeps 15 bytes; what is no UTF-8 then is repaired, and the rest is as it was.
      #expect(own.first?.text("process") == String(decoding: name.prefix(15), as: UTF8.self))
      let command = String(decoding: name, as: UTF8.self) + " 600"
      #expect(own.first?.text("command") == command)
      #expect(own.first?.text("netns_name") == namespace.name)
    }
  }

  @Test func areTamedInMessages() async throws {
    let outcome = try await Nettop.run(["list", "--netns", "\u{1b}]0;x\u{07}none"])
    #expect(outcome.status == 1)
    expectClean(outcome.errors)
  }

  @Test(arguments: [(80, 24), (200, 50)])
  func areTamedOnTheScreen(width: Int, height: Int) async throws {
    let holders = try Self.names.map(start)
    let tmux = try await Tmux(width: width, height: height)
    try await tmux.enter("clear; \(Nettop.path) -d 0.3 --netns \(namespace.inode)")
    let display = try await tmux.expect("rows") { $0.range?.count == 2 * holders.count }
    // Each row and each line stands where it belongs, so nothing got out of its cell.
    #expect(display.lines.count == height)
    #expect(display.lines[0].hasPrefix(" nettop "))
    #expect(display.lines.last?.hasSuffix("q Quit") == true)
    for holder in holders {
      let rows = display.rows.filter { $0.contains(" \(holder.pid) ") }
      #expect(rows.count == 2)
      #expect(rows.allSatisfy { $0.contains(" ESTAB ") && $0.contains(" 127.0.0.1:") })
    }
    #expect(try await tmux.command("display-message", "-p", "#{pane_title}") != "title\n")
    // As the filter it is shown once more, above the table.
    try await tmux.press(.home)
    try await tmux.press(.character("n"))
    try await tmux.press(.enter)
    let filtered = try await tmux.expect("filter") { $0.contains("netns=\"nettop-test") }
    #expect(filtered.lines.count == height)
    #expect(filtered.range?.count == 2 * holders.count)
    #expect(!filtered.styled.joined().contains("\u{1b}[2J"))
    try await tmux.press(.character("q"))
  }
}
