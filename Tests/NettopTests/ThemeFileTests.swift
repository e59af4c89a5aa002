import Glibc
import StyledText
import Terminal
import Testing

@testable import nettop

struct ThemeFileTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func put(_ text: String, _ name: String) throws -> String {
    let path = "\(directory.path)/\(name)"
    try AtomicFile.write(text, to: path)
    return path
  }

  @Test func changesTheLooksOfItsBase() throws {
    let path = try put(
      "base = \"dark\"\nhigh = \"#ff0000 on black bold\"\nplain = \"\"\n",
      "a.toml"
    )
    let (theme, problems) = ThemeFile(path: path).read()
    #expect(problems == [])
    var expected = Theme.dark
    expected[.high] = Look(.hex(0xff0000), on: .black, .bold)
    expected[.plain] = Look()
    #expect(theme == expected)
  }

  @Test func tellsWhatIsWrongAndTakesTheRest() throws {
    let path = "a.toml"
    let text = "base = \"puce\"\n\nhigh = \"red\"\nlow = \"puce\"\nlower = \"red\"\nbar = 3\n"
    let (theme, problems) = ThemeFile(path: path).theme(text, quotes: true)
    var expected = Theme.plain
    expected[.high] = Look(.red)
    #expect(theme == expected)
    #expect(problems.count == 4)
    let beginnings = [
      ":1: 'base' takes one of dark, light", ":4: 'low' takes a look: \"puce\" is not a colour.",
      ":5: 'lower' is not a style; styles are plain, strong,",
      ":6: 'bar' takes a look as \"#rrggbb on #rrggbb bold\", not a number",
    ]
    for (problem, beginning) in zip(problems, beginnings) {
      #expect(problem.hasPrefix(path + beginning), "\(problem)")
    }
  }

  /// Where root reads a file that is not only a theme, nothing of it is reported.
  @Test func whatIsNoThemeIsNotQuoted() {
    let file = ThemeFile(path: "a.toml")
    for text in ["low = \"S3cr3t\"\nS3cr3t = 1\n", "S3cr3t = S3cr3t\n", "base = \"S3cr3t\"\nx = 1"]
    {
      let problems = file.theme(text, quotes: false).problems
      #expect(!problems.isEmpty && !problems.contains { $0.contains("S3cr3t") }, "\(problems)")
    }
    #expect(file.theme("low = \"puce\"\n", quotes: false).problems[0].contains("\"puce\""))
  }

  @Test func whatIsNoThemeFileIsSaid() throws {
    let missing = "\(directory.path)/b.toml"
    #expect(ThemeFile(path: missing).read().problems == ["there is no theme file \(missing)"])
    let path = try put("high = red\n", "c.toml")
    #expect(ThemeFile(path: path).read().problems.first?.hasPrefix("\(path):1: ") == true)
  }

  /// A path of the settings file begins where that is.
  @Test func isFoundBesideTheSettings() async throws {
    _ = try put("puce = \"red\"\n", "mine.toml")
    let config = try put("theme = \"mine.toml\"\n", "config.toml")
    let outcome = try await Nettop.run(["--config", config, "--print-config"])
    #expect(outcome.status == 0)
    #expect(
      outcome.errorText.hasPrefix("nettop: \(directory.path)/mine.toml:1: this key is not a style")
    )
  }
}
