import Monitor
import StyledText
import Terminal

extension Setting {
  /// All settings, in the order in which they are written.
  package static let all: [Setting] = single + ofOrders + ofColumns + ofKeys + [highlight, alert]

  private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

  /// The setting with a key; `nil` if there is none.
  package static func at(_ path: [String]) -> Setting? { byPath[path] }

  /// The names of the tables that contain settings.
  package static let tables = Set(all.filter { $0.path.count > 1 }.map { $0.path[0] })

  private static let single: [Setting] = [
    Setting(["sort"], "Column to sort by: its title or JSON name") {
      .text(Column.with($0.sort).name)
    } change: { (value, settings) throws(ValueRefusal) in
      settings.sort = try SortOrder.column(named: text(value))
    },
    boolean("reverse", "Reverse the order", \.isReversed),
    word("view", "View shown at startup", \.view),
    number("delay", "Seconds between samples, 0.1 to 3600", \.delay, in: Settings.delays),
    number(
      "average",
      "Half-life, in seconds, of the average used to sort by rate; 0 = off",
      \.average,
      in: 0...3600
    ),
    Setting(["theme"], "Colours: auto, the name of a theme, or the path of a theme file") {
      .text($0.theme)
    } change: { (value, settings) throws(ValueRefusal) in
      let theme = try text(value)
      guard Settings.isTheme(theme) else {
        let names = Settings.themeNames.joined(separator: ", ")
        throw ValueRefusal(
          "takes one of \(names), or a .toml file",
          found: ", not \(SafeText.quoted(theme))"
        )
      }
      settings.theme = theme
    },
    word("unit", "Unit of amounts and rates", \.presentation.unit),
    word(
      "prefix",
      "Byte prefixes, in steps of 1024 or 1000; bits always use 1000",
      \.presentation.prefix
    ),
    word(
      "figures",
      "Counters as totals, or as changes over the last interval",
      \.presentation.figures
    ),
    word(
      "hosts",
      "Remote and local hosts; names query DNS",
      \.presentation.hosts
    ),
    word("ports", "Ports as numbers, or as service names from /etc/services", \.presentation.ports),
    word("graphs", "Characters that graphs are drawn with", \.presentation.graphs),
    boolean("mouse", "Capture clicks and the wheel; the terminal does not get them", \.usesMouse),
    boolean("bell", "Ring the terminal's bell when an alert is raised", \.ringsBell),
  ]

  private static let ofOrders = ViewKind.allCases.map { view in
    Setting(
      ["order", view.rawValue],
      "Order of the view \(view.rawValue): a column; \"rtt_us:reverse\" reverses it",
      example: .text(view.firstSort.text)
    ) { settings in
      settings.orders[view].map { .text($0.text) }
    } change: { (value, settings) throws(ValueRefusal) in
      settings.orders[view] = try SortOrder(text: text(value))
    }
  }

  private static let ofColumns = ViewKind.allCases.map { view in
    Setting(
      ["columns", view.rawValue],
      "Columns of the view \(view.rawValue), from the left; \"remote:40\" has a width of 40",
      example: .list(["mark", "pid", "process", "remote_address:30", "rate"].map { .text($0) })
    ) { settings in
      settings.columns[view].map { .list($0.map { .text($0.text) }) }
    } change: { (value, settings) throws(ValueRefusal) in
      var choices: [ColumnChoice] = []
      try forEachText(of: value) { text throws(ValueRefusal) in
        let choice = try ColumnChoice(text: text)
        if choices.contains(where: { $0.id == choice.id }) {
          throw ValueRefusal("has a column twice", found: ": \(SafeText.quoted(text))")
        }
        choices.append(choice)
      }
      if choices.isEmpty { throw ValueRefusal("takes at least one column") }
      settings.columns[view] = choices
    }
  }

  private static let highlight = Setting(
    ["highlight"],
    "Highlighted rows: a table for each, with a filter and the style of the rows that match",
    example: .list([.table(["filter": .text("rtt > 200ms"), "style": .text("high")])])
  ) { settings in
    if settings.highlights.isEmpty { return nil }
    return .list(
      settings.highlights.map { highlight in
        .table(["filter": .text(highlight.filter.text), "style": .text("\(highlight.style)")])
      }
    )
  } change: { (value, settings) throws(ValueRefusal) in
    guard case .list(let items) = value else {
      throw ValueRefusal(value, wants: "an array of tables")
    }
    var highlights: [Settings.Highlight] = []
    try forEach(of: items) { item throws(ValueRefusal) in
      highlights.append(try Settings.Highlight(item))
    }
    settings.highlights = highlights
  }

  static func text(_ value: SettingValue) throws(ValueRefusal) -> String {
    guard case .text(let text) = value else { throw ValueRefusal(value, wants: "a string") }
    return text
  }

  /// Takes the strings of an array, one after the other.
  static func forEachText(
    of value: SettingValue,
    _ take: (String) throws(ValueRefusal) -> Void
  ) throws(ValueRefusal) {
    guard case .list(let items) = value else {
      throw ValueRefusal(value, wants: "an array of strings")
    }
    try forEach(of: items) { item throws(ValueRefusal) in
      guard case .text(let text) = item else {
        throw ValueRefusal("takes an array of strings, not of \(item.kind)")
      }
      try take(text)
    }
  }

  /// Takes items one after the other; a rejection says which item it is about.
  static func forEach(
    of items: [SettingValue],
    _ take: (SettingValue) throws(ValueRefusal) -> Void
  ) throws(ValueRefusal) {
    for (index, item) in items.enumerated() {
      do throws(ValueRefusal) { try take(item) } catch { throw error.at(.item(index)) }
    }
  }
}

extension Settings.Highlight {
  init(_ value: SettingValue) throws(ValueRefusal) {
    guard case .table(let table) = value else {
      throw ValueRefusal("takes tables with a filter and a style, not \(value.kind)")
    }
    if let other = table.keys.filter({ $0 != "filter" && $0 != "style" }).min() {
      throw ValueRefusal("takes filter and style", found: ", not \(SafeText.quoted(other))")
        .at(.key(other))
    }
    let filter = try Self.text("filter", of: table)
    let name = try Self.text("style", of: table)
    guard let style = Style(name: name) else {
      let styles = Style.allCases.map { "\($0)" }.joined(separator: ", ")
      throw ValueRefusal("takes a style, one of \(styles)", found: ", not \(SafeText.quoted(name))")
        .at(.key("style"))
    }
    do throws(FilterError) {
      self.init(try Filter(parsing: filter), style)
    } catch {
      throw ValueRefusal(
        "takes a filter",
        found: ", and '\(error.excerpt(of: filter).text)' is not one: \(error.message)"
      ).at(.key("filter"))
    }
  }

  private static func text(
    _ key: String,
    of table: [String: SettingValue]
  ) throws(ValueRefusal) -> String {
    if case .text(let text) = table[key], !text.isEmpty { return text }
    throw ValueRefusal("takes a filter and a style, both strings").at(.key(key))
  }
}
