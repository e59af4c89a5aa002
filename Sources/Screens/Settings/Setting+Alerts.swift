import Monitor
import StyledText

extension Setting {
  /// The rules of alerts.
  static let alert = Setting(
    ["alert"],
    "Alerts: a table for each, with a filter; for and holdoff are times, name is text",
    example: .list([
      .table([
        "filter": .text("rtt > 200ms"), "for": .text("10s"), "holdoff": .text("5m"),
        "name": .text("slow"),
      ])
    ])
  ) { settings in
    if settings.alerts.isEmpty { return nil }
    return .list(settings.alerts.map(value))
  } change: { (value, settings) throws(ValueRefusal) in
    guard case .list(let items) = value else {
      throw ValueRefusal(value, wants: "an array of tables")
    }
    var alerts: [AlertRule] = []
    try forEach(of: items) { item throws(ValueRefusal) in
      alerts.append(try AlertRule(item))
    }
    settings.alerts = alerts
  }

  private static func value(_ rule: AlertRule) -> SettingValue {
    var table: [String: SettingValue] = ["filter": .text(rule.filter.text)]
    if rule.duration > 0 { table["for"] = .text(AlertRule.text(ofSeconds: rule.duration)) }
    if rule.holdOff > 0 { table["holdoff"] = .text(AlertRule.text(ofSeconds: rule.holdOff)) }
    if let name = rule.name { table["name"] = .text(name) }
    return .table(table)
  }
}

extension AlertRule {
  fileprivate static let keys = ["filter", "for", "holdoff", "name"]

  fileprivate init(_ value: SettingValue) throws(ValueRefusal) {
    guard case .table(let table) = value else {
      throw ValueRefusal("takes tables with a filter, not \(value.kind)")
    }
    if let other = table.keys.filter({ !Self.keys.contains($0) }).min() {
      throw ValueRefusal(
        "takes filter, for, holdoff and name",
        found: ", not \(SafeText.quoted(other))"
      )
      .at(.key(other))
    }
    guard let text = try Self.text("filter", of: table) else {
      throw ValueRefusal("takes a filter, a string that is not empty")
    }
    let filter: Filter
    do throws(FilterError) {
      filter = try Filter(parsing: text)
    } catch {
      throw ValueRefusal(
        "takes a filter",
        found: ", and '\(error.excerpt(of: text).text)' is not one: \(error.message)"
      ).at(.key("filter"))
    }
    if filter.isEmpty {
      throw ValueRefusal("takes a filter, a string that is not empty").at(.key("filter"))
    }
    let duration = try Self.seconds("for", of: table)
    if duration > 0, let part = filter.partOfEnds {
      throw ValueRefusal(
        "takes no 'for' with a filter for ends of connections",
        found: ": \(part) only matches connections that have ended"
      ).at(.key("for"))
    }
    self.init(
      filter,
      name: try Self.text("name", of: table),
      duration: duration,
      holdOff: try Self.seconds("holdoff", of: table)
    )
  }

  /// The text of a key; `nil` if it is not there.
  private static func text(
    _ key: String,
    of table: [String: SettingValue]
  ) throws(ValueRefusal) -> String? {
    guard let value = table[key] else { return nil }
    if case .text(let text) = value, !text.isEmpty { return text }
    throw ValueRefusal("takes strings that are not empty for filter and name").at(.key(key))
  }

  /// The seconds of a key; 0 if it is not there.
  private static func seconds(
    _ key: String,
    of table: [String: SettingValue]
  ) throws(ValueRefusal) -> Double {
    guard let value = table[key] else { return 0 }
    if case .text(let text) = value, let seconds = AlertRule.seconds(text) { return seconds }
    // Seconds without a unit.
    if case .number(let number) = value, (0...longest).contains(number) { return number }
    var found = ""
    if case .text(let text) = value { found = ", not \(SafeText.quoted(text))" }
    throw ValueRefusal(
      "takes a time up to 30d in '\(key)', such as \"10s\" or \"1m30s\"",
      found: found
    ).at(.key(key))
  }
}
