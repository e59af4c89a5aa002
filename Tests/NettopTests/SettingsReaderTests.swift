import Monitor
import Screens
import StyledText
import Terminal
import Testing

@testable import nettop

struct SettingsReaderTests {
  private static let full: Settings = {
    var settings = Settings()
    settings.order = SortOrder(.rtt, isDescending: false)
    settings.orders = [.hosts: SortOrder(.pid).reversed, .closed: SortOrder(.bytes)]
    settings.view = .hosts
    settings.delay = 0.5
    settings.average = 0
    settings.theme = "/etc/nettop/a \"dark\\ one\".toml"
    settings.presentation.unit = .bits
    settings.presentation.prefix = .si
    settings.presentation.figures = .deltas
    settings.presentation.hosts = .names
    settings.presentation.ports = .services
    settings.presentation.graphs = .block
    settings.usesMouse = false
    settings.columns = [
      .connections: [.init(.mark), .init(.pid), .init(.remote, width: 40), .init(.rate)],
      .closed: [.init(.state)],
    ]
    settings.keys = [
      .pause: [.function(9), .character("\\"), .character("\"")], .redraw: [.control("r")],
    ]
    for (text, style) in [("pid = 1", Style.high), ("rtt > 50ms", .highlighted)] {
      if let filter = try? Filter(parsing: text) {
        settings.highlights.append(Settings.Highlight(filter, style))
      }
    }
    settings.ringsBell = false
    for (text, name) in [("rtt > 50ms for 90s holdoff 1h", nil), ("refused", "a \"name\"")] {
      if let rule = try? AlertRule(parsing: text) {
        settings.alerts.append(
          AlertRule(rule.filter, name: name, duration: rule.duration, holdOff: rule.holdOff)
        )
      }
    }
    return settings
  }()

  private func read(_ text: String) -> (Settings, [SettingsReader.Problem]) {
    let reading = SettingsReader.read(text)
    return (reading.settings, reading.problems)
  }

  @Test(arguments: [Settings(), full])
  func whatIsPrintedIsReadTheSame(_ settings: Settings) {
    let text = SettingsText.text(of: settings)
    let reading = SettingsReader.read(text)
    #expect(reading.problems == [] && reading.isOnlySettings)
    #expect(reading.settings == settings)
  }

  @Test func whatIsPrintedExplainsEverySetting() {
    let text = SettingsText.text(of: Settings())
    for setting in Setting.all {
      #expect(text.contains("# \(setting.meaning)\n"), "\(setting.name)")
      let key = setting.path.last ?? ""
      let hasLine =
        text.contains("\n\(key) = ") || text.contains("\n# \(key) = ")
        || text.contains("\n# [[\(key)]]\n")
      #expect(hasLine, "\(setting.name)")
    }
    // Without the marks of comments, it is what it is like where everything was chosen.
    let chosen = text.replacing(#/\n# ([a-z-]+ = |\[)/#) { "\n\($0.output.1)" }
    let reading = SettingsReader.read(chosen)
    let settings = reading.settings
    #expect(reading.problems == [])
    #expect(settings.keys.count == Command.allCases.count)
    #expect(settings.columns.count == ViewKind.allCases.count)
    #expect(settings.orders.count == ViewKind.allCases.count)
    #expect(settings.highlights.count == 1)
    #expect(settings.alerts.map(\.title) == ["slow"])
  }

  @Test func everyProblemIsToldWithItsLineAndTheRestHolds() {
    let text = """
      # mine
      sort = "nonsense"
      delay = "fast"

      dealy = 2
      unit = "bits"
      view = 'web'
      average = 1979-05-27
      keys = [
        "k",
      ]

      [columns]
      hosts = [
        "pid",   # the process
        "bogus",
      ]
      closed = ["pid"]
      sockets = ["pid"]

      [colours]
      high = "red"

      [[highlight]]
      filter = "pid = 1"
      style = "high"

      [[highlight]]
      filter = 1
      """
    let (settings, problems) = read(text)
    let expected: [(line: Int, reason: String)] = [
      (2, "'sort' takes a column, and there is no 'nonsense'"),
      (3, "'delay' takes a number from 0.1 to 3600, not a string"),
      (5, "'dealy' is not a setting; nettop --print-config lists all keys"),
      (
        7,
        "'view' takes one of connections, processes, hosts, namespaces, listeners, closed, "
          + "not 'web'"
      ),
      (8, "'1979-05-27' is neither a number, true, false nor a string in quotes"),
      (9, "'keys' is a table: write [keys] and the keys below it"),
      (16, "'columns.hosts' takes columns, and there is no 'bogus'"),
      (19, "'columns.sockets' is not a setting; nettop --print-config lists those of [columns]"),
      (22, "'colours.high' is not a setting; nettop --print-config lists all keys"),
      (29, "'highlight' takes a filter and a style, both strings"),
    ]
    #expect(problems.map(\.line) == expected.map(\.line))
    #expect(problems.map(\.reason) == expected.map(\.reason))
    var rest = Settings()
    rest.presentation.unit = .bits
    rest.columns = [.closed: [.init(.pid)]]
    #expect(settings == rest)
  }

  @Test func oneOrderIsThatOfAllViewsWithoutTheirOwn() {
    let (old, _) = read("sort = 'rtt_us'\nreverse = true\n")
    let (new, problems) = read(
      "sort = 'rtt_us'\nreverse = true\n[order]\nhosts = 'pid'\nclosed = 'RTT:reverse'\n"
    )
    #expect(problems == [])
    for view in [ViewKind.connections, .processes, .hosts, .namespaces] {
      #expect(old.order(of: view) == SortOrder(.rtt).reversed)
      #expect(new.order(of: view) == (view == .hosts ? SortOrder(.pid) : SortOrder(.rtt).reversed))
    }
    #expect(new.order(of: .closed) == SortOrder(.rtt).reversed)
    #expect(new.order(of: .listeners) == ViewKind.listeners.firstSort)
    let wrong = read("order = 'pid'\n[columns]\n").1
    #expect(wrong.map(\.reason) == ["'order' is a table: write [order] and the keys below it"])
  }

  @Test(arguments: [
    (
      "[[highlight]]\nfilter = 'pid=1'\nstyle = 'high'\n[[highlight]]\nfilter = 'a'\nstyle = 'x'", 6
    ),
    ("[[highlight]]\n\nstyle = 'high'\n# one\nfilter = 'prot=1'", 5),
    ("[[highlight]]\nfilter = 'a'\nstyle = 'high'\n\n[[highlight]]\nfilter = 'a'", 5),
    ("[[highlight]]\nfilter = 'a'\nstyle = 'high'\ncolour = 'red'", 4),
    ("highlight = [\n  { filter = 'a', style = 'high' },\n  { filter = 'a', style = 'x' },\n]", 3),
    ("[keys]\nquit = [\n  'q',\n  1,\n]", 4), ("\nhighlight = 1", 2),
    ("[[alert]]\nfilter = 'a'\nfor = '1s'\n[[alert]]\nfilter = 'a'\nfor = 'x'", 6),
    ("[[alert]]\nfor = '1s'\n# one\nfilter = 'prot=1'", 4),
    ("[[alert]]\nfilter = 'a'\n\n[[alert]]\nfor = 10", 4),
    ("[[alert]]\nfilter = 'reason=refused'\nholdoff = '5m'\nfor = '10s'", 4),
  ])
  func aProblemHasTheLineOfTheWrongPart(_ text: String, _ line: Int) {
    #expect(read(text).1.map(\.line) == [line])
  }

  @Test func aProblemQuotesLittleOfALongText() {
    let long = String(repeating: "a", count: 20_000)
    for text in [
      "\(long) = 1", "sort = \(long)", "sort = \"\(long)\"", "theme = \"\(long)\"",
      "unit = \"\(long)\"", "[columns]\nhosts = [\"\(long)\"]", "[keys]\nquit = [\"\(long)\"]",
      "[\(long)]\n[\(long)]", "[[highlight]]\nfilter = \"\(long)=1\"\nstyle = \"high\"",
      "[[highlight]]\nfilter = \"pid=1\"\nstyle = \"\(long)\"",
    ] {
      let problems = read(text).1
      #expect(!problems.isEmpty)
      for problem in problems { #expect(problem.reason.utf8.count < 700, "\(problem.reason)") }
    }
  }

  @Test func linesThatAreNoTOMLTakeOnlyThemselves() {
    let (settings, problems) = read(
      "delay = 2\nsort = = \"pid\"\nunit = \"bits\"\n!\ndelay = 3\nreverse = true\n"
    )
    #expect(problems.map(\.line) == [2, 4, 5])
    #expect(problems.allSatisfy { !$0.reason.isEmpty })
    var rest = Settings()
    rest.delay = 2
    rest.presentation.unit = .bits
    rest.isReversed = true
    #expect(settings == rest)
  }

  @Test(arguments: [
    ("[", 1, "encountered end-of-file"), ("\n [ [a]]", 2, "brackets must be contiguous"),
    ("[.a]", 1, "expected bare key starting character"), ("[\ra]", 1, "expected bare key starting"),
    ("a = # 1", 1, "expected value, saw '#'"),
    ("a =", 1, "encountered end-of-file"), ("a = ]", 1, "expected value, saw ']'"),
    ("a = [\n  1, # one\n  , 2]", 3, "expected value or closing ']', saw comma"),
    ("sort = pid # x", 1, "'pid' is neither a number, true, false nor a string in quotes"),
    ("sort = namespace", 1, "'namespace' is neither a number"),
    ("sort = idle\n", 1, "'idle' is neither a number"), ("a = [tcp, 1]", 1, "'tcp' is neither"),
    ("unit = bytes", 1, "'bytes' is neither"), ("a = {b=é}", 1, "'é' is neither"),
    ("a = [07:32:0, 1]", 1, "expected 2-digit second"),
    ("a = [ }", 1, "could not determine value type"),
  ])
  func whatIsMissingIsSaid(_ text: String, _ line: Int, _ reason: String) {
    let reading = SettingsReader.read(text)
    let problem = reading.problems.first { $0.reason.contains(reason) }
    #expect(!reading.isTOML && problem?.line == line, "\(reading.problems)")
  }

  @Test(arguments: [
    "[a]", " [[ \"a\".b ]] # [", "a = [ [1], [2, 3,], [], ] # = ]", "a = '= ]'",
    "a = \"\\\" = ,,\"", "a = \"\"\"\n[\n= ]\"\"\"\"\nb = ''", "a = '''\n[.\n'''",
    "a = { b = 1, c = {} }", "# [ =\n\n[_-1]", "a = [\n # one ]\n  [1],\n  # two\n  [2]\n]\n[b]",
    "\u{feff}[a]", "a = \"\"\nb = ['']",
  ])
  func whatIsTOMLIsRead(_ text: String) {
    #expect(SettingsReader.read(text).isTOML)
  }

  @Test(arguments: [
    "[", "[[", "a = [", "a = \"\"\"", "\0", "\u{feff}", "= 1", "[a]\n[a]", "a = {", "x\n", "'''",
    "keys = 1", "[keys.pause]\na = 1", "highlight = 3", "[highlight]", "columns = {}",
    "keys = { pause = ['F9'] }", "delay = 1e999", "delay = -0", "delay = 0x10", "\"\" = 1",
  ])
  func nothingStrangeIsFatal(_ text: String) {
    let (_, problems) = read(text + "\nunit = \"bits\"\n")
    for problem in problems { #expect(problem.line >= 1 && !problem.reason.isEmpty) }
    _ = SettingsReader.read(String(repeating: text + "\n", count: 100))
  }

  /// A library that ends the program, or a loop without an end, fails this.
  @Test func nothingBetweenTextAndNonsenseIsFatal() {
    var random = SystemRandomNumberGenerator()
    let whole = Array(SettingsText.text(of: Self.full).utf8)
    let pieces = Array("[]{}=.,\"'#\\\n\r\t \0\u{feff}a1-_+:é".utf8)
    for _ in 0..<100 {
      let start = Int.random(in: 0..<whole.count, using: &random)
      var bytes = Array(whole[start...].prefix(400))
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        let index = Int.random(in: 0...bytes.count, using: &random)
        let piece = pieces[Int.random(in: pieces.indices, using: &random)]
        if index < bytes.count, Bool.random(using: &random) {
          bytes[index] = piece
        } else {
          bytes.insert(piece, at: index)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let (_, problems) = read(text)
      #expect(problems.allSatisfy { !$0.reason.isEmpty })
      var document = SettingsDocument(text)
      document.set(.number(2), at: ["delay"])
      _ = SettingsReader.read(document.text)
    }
  }
}
