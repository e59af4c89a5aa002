import Glibc
import Monitor
import Screens
import Testing

@testable import nettop

/// What is in the place of a settings or theme file, or in it, and must neither end nor delay
/// nettop.
struct StrangeSettingsTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test func whatIsNoRegularFileIsSaid() throws {
    let pipe = directory.path + "/pipe.toml"
    try #require(mkfifo(pipe, 0o600) == 0)
    for (path, kind) in [
      (pipe, "a pipe"), (directory.path, "a directory"), ("/dev/zero", "a device"),
      ("/dev/../dev/tty", "a device"),
    ] {
      let failure = #expect(throws: Failure.self) { try SettingsFile(named: path).read() }
      let problem = "cannot read the settings in \(path): it is \(kind), not a regular file"
      #expect(failure?.problem == problem)
      #expect(throws: Failure.self) { try SettingsFile(named: path).save(Settings()) }
      #expect(
        ThemeFile(path: path).read().problems
          == ["cannot read the theme file \(path): it is \(kind), not a regular file"]
      )
      // As its owner sees it, without a look at the way there.
      let rights = FileRights.user(0)
      let refusal = #expect(throws: FileRefusal.self) {
        try UserFile(path, namedWith: rights).read()
      }
      #expect(refusal?.reason.hasPrefix("it is \(kind)") == true || path == "/dev/../dev/tty")
    }
    #expect(try SettingsFile(named: "/dev/null").read().problems == [])
    let failure = #expect(throws: Failure.self) {
      try SettingsFile(named: "/dev/null").save(Settings())
    }
    #expect(failure?.problem.hasSuffix("it is not a regular file") == true)
  }

  @Test func whatIsNoTextIsSaid() throws {
    let path = directory.path + "/a.toml"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    let bytes: [UInt8] = [0x23, 0xff, 0xfe, 0x0a]
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    let failure = #expect(throws: Failure.self) { try SettingsFile(named: path).save(Settings()) }
    #expect(failure?.problem.hasSuffix("it is not UTF-8 text") == true)
  }

  private static let hostile: [String: String] = [
    "lines of junk": String(repeating: "x\n", count: 4000),
    "a key of many parts": repeated("a.", 30_000) + "a = 1",
    "a header of many parts": "[" + repeated("\"a\".", 15_000) + "a]",
    "a key of many parts in a table": "a = { b = 1, " + repeated("a.", 30_000) + "a = 1 }",
    "arrays in arrays": "a = " + repeated("[", 60_000),
    "tables in tables": "a = " + repeated("{a=", 20_000),
    "arrays without an end": repeated("a = [\n", 10_000),
    "strings without an end": repeated("a = '''\n", 8000),
    "a long line": "a = \"" + repeated("x", 64_000),
    "commas": "a = [" + repeated(",", 64_000),
    "junk behind what is right": "delay = 2\n" + repeated("= = [ { \"\n", 800),
    "unknown keys": (0..<500).map { "k\($0) = 1\n" }.joined(),
    "tables": (0..<500).map { "[t\($0)]\n" }.joined(),
    "the deepest tables": repeated("a.", 32_760) + "a = 1",
    "the deepest tables, and an error": repeated("a.", 32_760) + "a = 1\n=",
    "the same deep table twice": repeated("a.", 16_000) + "a = 1\n" + repeated("a.", 16_000)
      + "b = 1",
    "arrays with an end": "a = " + repeated("[", 30_000) + repeated("]", 30_000),
    "NUL": repeated("\0", 64_000),
    "a megabyte": repeated("delay = 2\n", 100_000),
  ]

  private static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  /// A program with optimizations takes less than a tenth of a second for each.
  @Test(.timeLimit(.minutes(1)), arguments: hostile.keys.sorted())
  func nothingTakesLong(_ name: String) throws {
    let text = try #require(Self.hostile[name])
    let clock = ContinuousClock()
    let taken = clock.measure {
      let reading = SettingsReader.read(text)
      #expect(!reading.problems.isEmpty && reading.problems.count <= SettingsReader.limit)
      #expect(!ThemeFile(path: "a.toml").theme(text, quotes: true).problems.isEmpty)
    }
    #expect(taken < .seconds(5))
  }

  @Test func problemsBeyondTheFirstAreCounted() {
    let text = (0..<50).map { "k\($0) = 1\n" }.joined()
    let problems = SettingsFile(named: "a").problems(of: SettingsReader.read(text), quotes: true)
    #expect(problems.count == 21)
    #expect(problems.last == "a: 30 more errors are not listed")
    let theme = ThemeFile(path: "a").theme(text, quotes: true).problems
    #expect(theme.count == 21 && theme.last == "a: 30 more errors are not listed")
  }

  @Test func depthHasALimitThatNoSettingMeets() throws {
    func problem(_ text: String) -> SettingsReader.Problem? {
      // Of those that are no problem for TOML, the keys are no settings.
      SettingsReader.read(text).problems.first { !$0.reason.contains("is not a setting") }
    }
    let parts = Array(repeating: "a", count: 16).joined(separator: ".")
    let nested = Self.repeated("[", 16) + Self.repeated("]", 16)
    for text in ["\(parts) = 1\nb = 1.5", "[\(parts)]", "c = { \(parts.dropLast(2)) = 1 }"] {
      #expect(problem(text) == nil, "\(text)")
    }
    #expect(problem("a = \(nested)\n\(parts) = 1".replacing("a.", with: "b.")) == nil)
    for text in [
      "b = 1\n\(parts).a = 1", "\n[\(parts).a]", "\nc = { \(parts) = 1 }", "\na = [\(nested)]",
    ] {
      #expect(problem(text)?.line == 2)
      #expect(problem(text)?.reason == "a value is nested more than 16 levels deep")
    }
  }
}
