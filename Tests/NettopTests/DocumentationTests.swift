import Connections
import Glibc
import Monitor
import Screens
import StyledText
import Terminal
import Testing
import Tracer

@testable import nettop

/// What is written about the program agrees with it.
struct DocumentationTests {
  @Test func theReadmeListsWhatTheSourceDiagDoesNotKnow() throws {
    let gaps = SourceHealth.Gap.allCases.filter(InetDiagSource.gaps.contains)
    let list = gaps.map { "- \($0.meaning)\n" }.joined()
    let (start, end) = ("does not know, even as root:\n\n", "\n`make test-kernels` boots")
    let path = Documents.path("README.md")
    if Documents.areRecorded {
      try Documents.replace(in: path, between: start, and: end, with: list)
    }
    #expect(try Documents.text(of: path).contains(start + list + end))
  }

  @Test func theHelpOfTheScreenListsEveryKeyAndColumn() {
    var interface = ScreenState(host: "host")
    #expect(interface.handle(.function(1)) == nil)
    var canvas = Canvas(width: 120, height: 300)
    interface.draw(into: &canvas)
    for binding in Binding.all {
      #expect(
        canvas.lines.contains {
          $0.hasPrefix("  \(binding.label) ") && $0.hasSuffix(" \(binding.meaning)")
        },
        "\(binding.label)"
      )
    }
    for column in Column.all {
      #expect(
        canvas.lines.contains {
          $0.hasPrefix("  \(column.title)") && $0.hasSuffix(" \(column.meaning)")
        },
        "\(column.title)"
      )
    }
  }

  @Test func theManualHasEveryOptionAndNoOther() async throws {
    let manual = try ManualPage()
    let root = try await CommandDump.ofProgram()
    let sections = ["OPTIONS"] + root.listed.map { $0.commandName.uppercased() }
    let tags = sections.flatMap(manual.section).map(\.tag).filter { $0.hasPrefix("-") }
    let options = Set(([root] + root.listed).flatMap(\.options))
    #expect(options.contains("--capacity") && options.contains("--watch"))
    for option in options {
      #expect(tags.contains { $0.contains(word: option) }, "\(option)")
    }
    for tag in tags {
      for match in tag.matches(of: #/(?:^|[\s,])(--?[a-zA-Z][a-z-]*)/#) {
        #expect(options.contains(String(match.1)), "\(tag)")
      }
    }
  }

  /// The parts of a command's help are made by hand: the usage, and the options of `--help`.
  @Test func theHelpHasEveryOptionAndSubcommand() async throws {
    let root = try await CommandDump.ofProgram()
    for command in [root] + root.listed {
      let words = command.commandName == root.commandName ? [] : [command.commandName]
      let help = try await Nettop.output(words + ["--help"])
      for option in command.options {
        #expect(help.contains(word: option), "\(command.commandName): \(option)")
      }
      if words.isEmpty {
        for name in root.listed.map(\.commandName) {
          #expect(help.contains("\n       nettop \(name) "), "\(name)")
        }
      }
    }
  }

  @Test func theDocumentsHaveEverySubcommand() async throws {
    let names = try await CommandDump.ofProgram().listed.map(\.commandName)
    #expect(names.contains("doctor"))
    let manual = try ManualPage()
    #expect(manual.section("COMMANDS").map(\.tag) == names)
    let page = try Documents.text(of: ManualPage.path)
    let readme = try Documents.text(of: Documents.path("README.md"))
    for name in names {
      #expect(page.contains("\n.B nettop \(name)\n"), "synopsis: \(name)")
      #expect(page.contains("\n.SH \(name.uppercased())\n"), "section: \(name)")
      #expect(readme.contains("nettop \(name)"), "README: \(name)")
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsHaveEveryOption(shell: String) async throws {
    let script = try await Nettop.output(["--generate-completion-script", shell])
    let root = try await CommandDump.ofProgram()
    for command in [root] + root.listed {
      let isRoot = command.commandName == root.commandName
      let part = try completions(of: isRoot ? nil : command.commandName, in: script, for: shell)
      #expect(isRoot || script.contains(word: command.commandName))
      for option in command.options {
        let name = option.drop { $0 == "-" }
        let word =
          shell == "fish" ? (option.hasPrefix("--") ? "-l '\(name)'" : "-s '\(name)'") : option
        let isThere = shell == "fish" ? part.contains(word) : part.contains(word: word)
        #expect(isThere, "\(command.commandName): \(option)")
      }
    }
  }

  /// The part of a script that is about a subcommand, or about none.
  private func completions(
    of subcommand: String?,
    in script: String,
    for shell: String
  ) throws -> String {
    let name = subcommand.map { " \($0)" } ?? ""
    if shell == "fish" {
      return script.split(separator: "\n").filter { $0.contains("\"nettop\(name)\"") }
        .joined(separator: "\n")
    }
    let function = "\n_nettop\(subcommand.map { "_\($0)" } ?? "")() {"
    let start = try #require(script.firstRange(of: function)).upperBound
    let end = try #require(script[start...].firstRange(of: "\n}")).lowerBound
    return String(script[start..<end])
  }

  @Test func theManualHasEveryKey() throws {
    let expected = Binding.all.map { ManualPage.Entry(tag: $0.label, text: $0.explanation) }
    if Documents.areRecorded { try ManualPage.record("KEYS", expected) }
    let keys = try ManualPage().section("KEYS")
    #expect(keys == expected)
  }

  @Test func theReadmeHasEveryKey() throws {
    let rows = Binding.all.map { binding in
      "| \(binding.keys.map { "`\($0.name)`" }.joined(separator: " ")) | \(binding.explanation) |\n"
    }
    let table = "\n" + rows.joined()
    let (start, end) = ("| keys | what they do |\n|---|---|", "\n\nWhere htop")
    let path = Documents.path("README.md")
    if Documents.areRecorded {
      try Documents.replace(in: path, between: start, and: end, with: String(table.dropLast()))
    }
    #expect(try Documents.text(of: path).contains(start + table.dropLast() + end))
  }

  @Test func theManualHasEverySetting() throws {
    let entries = try ManualPage().section("SETTINGS")
    let expected = Setting.all.filter { $0.path.count == 1 && $0.example == nil }
      .map { ManualPage.Entry(tag: $0.name, text: $0.meaning) }
    #expect(Array(entries.prefix(expected.count)) == expected)
    let tables = Setting.tables.map { "[\($0)]" } + ["[[highlight]]", "[[alert]]"]
    #expect(Set(entries.dropFirst(expected.count).map(\.tag)) == Set(tables))
  }

  @Test func theManualHasEveryColumn() throws {
    let expected = Column.all.map { column in
      let title = column.title.isEmpty ? "* × ! +" : column.title
      return ManualPage.Entry(tag: "\(title) (\(column.name))", text: column.meaning)
    }
    if Documents.areRecorded { try ManualPage.record("COLUMNS", expected) }
    let columns = try ManualPage().section("COLUMNS")
    #expect(columns == expected)
  }

  @Test func theManualHasEveryFigureOfTheDetails() throws {
    let expected = DetailsGroup.all.flatMap { group in
      group.figures.map {
        ManualPage.Entry(heading: group.title, tag: $0.label, text: $0.meaning)
      }
    }
    if Documents.areRecorded { try ManualPage.record("FIGURES", expected) }
    let figures = try ManualPage().section("FIGURES")
    #expect(figures == expected)
  }

  @Test func theManualHasEveryCauseOfSlowness() throws {
    let expected = Diagnosis.Cause.allCases.map { cause in
      ManualPage.Entry(tag: cause.title, text: "\(cause.verdict) \(cause.meaning.capitalized).")
    }
    if Documents.areRecorded { try ManualPage.record("CAUSES", expected) }
    let causes = try ManualPage().section("CAUSES")
    #expect(causes == expected)
  }

  @Test func theManualHasEveryStyle() throws {
    let tags = try ManualPage().section("THEMES").map(\.tag)
    #expect(tags == Style.allCases.map { "\($0)" })
  }

  @Test func theManualHasEveryView() throws {
    let tags = try ManualPage().section("DESCRIPTION").map(\.tag)
    #expect(tags == ViewKind.allCases.map(\.rawValue))
  }

  @Test func theExamplesOfTheReadmeAreRight() throws {
    let text = try Documents.text(of: Documents.path("README.md"))
    let files = text.matches(of: #/```toml\n((?s).*?)```/#).map { String($0.1) }
    try #require(files.count == 2)
    #expect(SettingsReader.read(files[0]).problems.map(\.reason) == [])
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/theme.toml"
    try AtomicFile.write(files[1], to: path)
    #expect(ThemeFile(path: path).read().problems == [])

    let filters = try #require(text.firstMatch(of: #/\n## Filters\n(?s).*?```\n(.*?)```/#)).1
    let services: ServicePorts.Lookup = { $0 == "https" ? 443 : nil }
    for line in filters.split(separator: "\n") {
      let filter = try #require(line.split(separator: #/ {2,}/#).first)
      #expect(throws: Never.self) {
        try ServicePorts.with(services) { try Filter(parsing: String(filter)) }
      }
    }
    for picture in text.matches(of: #/docs\/screens\/[a-z]+\.svg/#) {
      let svg = try Documents.text(of: Documents.path(String(picture.0)))
      #expect(svg.hasPrefix("<svg ") && svg.utf8.count < 150_000, "\(picture.0)")
    }
  }

  @Test func theManualHasEveryNameOfJSON() throws {
    let manual = try ManualPage()
    let tags = (manual.section("COLUMNS") + manual.section("JSON")).map(\.tag)
    for field in Field.allCases {
      #expect(tags.contains { $0.contains(word: field.name) }, "\(field.name)")
    }
  }

  @Test func theManualHasEveryEventOfLogs() throws {
    let tags = try ManualPage().section("LOG").map(\.tag).filter { !$0.hasPrefix("-") }
    #expect(tags == LogEvent.choices.map(\.rawValue))
  }

  /// Adds the metrics to the tags of their units, of which each begins with its first field.
  private func recordMetricsOfFilters() throws {
    let units: [(Metric.Unit, String)] = [
      (.count, "pid"), (.bytes, "bytes"), (.bytesPerSecond, "rate"), (.microseconds, "rtt_us"),
      (.text, "process"),
    ]
    for (unit, first) in units {
      let start = "\n.B \"\(first) "
      let tag = try #require(
        try Documents.text(of: ManualPage.path).firstRange(of: start).map { range in
          try Documents.text(of: ManualPage.path)[range.upperBound...].prefix { $0 != "\"" }
        }
      )
      var names = tag.split(separator: " ").map(String.init)
      for metric in Metric.all where metric.unit == unit && !names.contains(metric.name) {
        names.append(metric.name)
      }
      try Documents.replace(
        in: ManualPage.path,
        between: start,
        and: "\"",
        with: names.joined(separator: " ")
      )
    }
  }

  @Test func theManualHasEveryFieldOfFilters() throws {
    if Documents.areRecorded { try recordMetricsOfFilters() }
    let tags = try ManualPage().section("FILTERS").map(\.tag)
      .flatMap { $0.lowercased().split { $0 == " " || $0 == "," } }
    let ofColumns = Set(Column.all.flatMap { [$0.title, $0.id.rawValue] }.map { $0.lowercased() })
    for field in FilterField.all {
      #expect(tags.contains { $0 == field.name }, "\(field.name)")
      for alias in field.aliases where !ofColumns.contains(alias) {
        #expect(tags.contains { $0 == alias }, "\(alias)")
      }
    }
  }

  /// `man` warns of what it does not understand.
  @Test func theManualIsWellFormed() async throws {
    let outcome = try await Child.run(["sh", "-c", "command -v groff"])
    guard outcome.status == 0 else { return }
    let check = try await Child.run(["groff", "-man", "-ww", "-Tutf8", "-z", ManualPage.path])
    #expect(check.errorText == "")
  }
}

extension String {
  /// Whether it stands there by itself, not as part of another.
  fileprivate func contains(word: String) -> Bool {
    split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }.contains(Substring(word))
  }

  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
