import Glibc
import Monitor
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
    let parts = Array(repeating: "a", count: 16).joined(separator: ".")
    #expect(TOMLGuard.gap(in: "\(parts) = 1\n[\(parts)]\nb = 1.5\nc = { \(parts) = 1 }") == nil)
    #expect(TOMLGuard.gap(in: "b = 1\n\(parts).a = 1") != nil)
    #expect(TOMLGuard.gap(in: "[\(parts).a]") != nil)
    let nested = Self.repeated("[", 16) + Self.repeated("]", 16)
    #expect(TOMLGuard.gap(in: "a = \(nested)") == nil)
    #expect(TOMLGuard.gap(in: "a = [\(nested)]") != nil)
    _ = try SettingValue.values(of: "a = \(nested)\n\(parts) = 1".replacing("a.", with: "b."))
  }
}
