import Glibc
import TestSupport
import Testing

@testable import nettop

/// Shells complete command lines with the scripts that the program prints, and with the program.
@Suite(.live, .serialized, .timeLimit(.minutes(5))) struct CompletionTests {
  private static let lines = [
    ("doc", "doctor"),
    ("list --no-w", "list --no-wait"),
    ("list --source di", "list --source diag"),
    ("list --sort rttv", "list --sort rttvar_us"),
    ("list --columns remote_addr", "list --columns remote_address"),
    ("list --columns pid,remote_addr", "list --columns pid,remote_address"),
    ("list --format json --columns samp", "list --format json --columns sample"),
    ("list --format ta", "list --format table"),
    ("log --format te", "log --format text"),
    ("log --events connect,acc", "log --events connect,accept"),
    ("list -f congestion_c", "list -f congestion_control"),
    ("list -f 'rport=443 congestion_c", "list -f 'rport=443 congestion_control'"),
    ("--theme colour-b", "--theme colour-blind"),
    ("--theme ./own.to", "--theme ./own.toml"),
    ("--config ./own.to", "--config ./own.toml"),
    ("list --from ./other.ne", "list --from ./other.nettop"),
    ("replay ~/other.ne", "replay ~/other.nettop"),
  ]

  private func completesLines(_ kind: CompletingShell.Kind) async throws {
    let shell = try await CompletingShell(kind)
    try AtomicFile.write("", to: shell.path("own.toml"))
    try AtomicFile.write("", to: shell.path("themes/dusk/own.toml"))
    for suffix in ["", "-wal", "-shm", "-journal"] {
      try AtomicFile.write("", to: shell.path("host.nettop\(suffix)"))
    }
    try AtomicFile.write("", to: shell.path("other.nettop"))
    for (line, expected) in Self.lines { try await shell.complete(line, to: expected) }
    // One file is left, which a blank follows.
    for command in ["replay", "list --from", "record"] {
      try await shell.complete("\(command) host", then: "x", to: "\(command) host.nettop x")
    }
    // A path goes on behind a directory.
    try await shell.complete("--theme ./the", then: "du", to: "--theme ./themes/du")
    try await shell.complete("--theme ./themes/du", then: "ow", to: "--theme ./themes/dusk/ow")
    // A log has no table; fish takes letters in between for the middle of a word.
    try await shell.complete("log --format tab", then: "x", to: "log --format tabx")
    try await shell.complete(
      "log --events connect,conn",
      then: "x",
      to: "log --events connect,connx"
    )
  }

  /// Anybody with the rights to make a namespace or a file can give it such a name.
  private func runsNoName(_ kind: CompletingShell.Kind) async throws {
    let shell = try await CompletingShell(kind)
    let hostile = "$(touch${IFS}ran)`touch${IFS}ran`;touch${IFS}ran"
    let plain = try TestNamespace(suffix: Array("-plain-name".utf8))
    let other = try TestNamespace(suffix: Array("-plain-\(hostile)".utf8))
    try AtomicFile.write("", to: shell.path("own-\(hostile).toml"))
    try AtomicFile.write("", to: shell.path("own-theme.toml"))

    let typed = plain.name.dropLast("ame".count)
    try await shell.complete("list --netns \(typed)", to: "list --netns \(plain.name)")
    // It is not proposed.
    let hostileName = other.name.dropLast(hostile.count)
    try await shell.complete(
      "list --netns \(hostileName)",
      then: "x",
      to: "list --netns \(hostileName)x"
    )
    try await shell.complete("--theme ./own", to: "--theme ./own-theme.toml")
    #expect(access(shell.path("ran"), F_OK) != 0)
  }

  @Test(.shell(.bash)) func bashCompletesLines() async throws { try await completesLines(.bash) }
  @Test(.shell(.zsh)) func zshCompletesLines() async throws { try await completesLines(.zsh) }
  @Test(.shell(.fish)) func fishCompletesLines() async throws { try await completesLines(.fish) }

  @Test(.shell(.bash)) func bashRunsNoName() async throws { try await runsNoName(.bash) }
  @Test(.shell(.zsh)) func zshRunsNoName() async throws { try await runsNoName(.zsh) }
  @Test(.shell(.fish)) func fishRunsNoName() async throws { try await runsNoName(.fish) }

  // MARK: The program's part

  /// What the program answers to a shell.
  private func answer(
    _ option: String,
    _ word: String = "",
    shell: String = "bash",
    of program: ([String]) -> [String] = { [Nettop.path] + $0 }
  ) async throws -> [Substring] {
    let words = ["---completion", "--", option, "2", "0", "nettop", option, word]
    let environment = Child.environment.merging(["SAP_SHELL": shell]) { $1 }
    let outcome = try await Child.run(program(words), environment: environment)
    #expect(outcome.status == 0 && outcome.errorText == "")
    return outcome.text.split(separator: "\n")
  }

  @Test func zshAndFishGetMeanings() async throws {
    #expect(try await answer("--sort").contains("rtt_us"))
    #expect(try await answer("--sort", shell: "zsh").contains { $0.hasPrefix("rtt_us:") })
    #expect(try await answer("--sort", shell: "fish").contains { $0.hasPrefix("rtt_us\t") })
  }

  /// Bash adds the slash of a directory, in its lists too.
  @Test(arguments: [("bash", ""), ("zsh", "/"), ("fish", "/")])
  func directoriesHaveOneSlash(shell: String, slash: String) async throws {
    let directory = try TemporaryDirectory()
    try AtomicFile.write("", to: directory.path + "/themes/own.toml")
    let answer = try await answer("--theme", "\(directory.path)/th", shell: shell)
    #expect(answer.contains { $0 == "\(directory.path)/themes\(slash)" })
    #expect(answer.allSatisfy { !$0.hasSuffix("//") })
  }

  @Test func processesHaveTheirNames() async throws {
    let own = "\(getpid())"
    #expect(try await answer("--pid", own).contains("\(own)"))
    #expect(try await answer("--pid", own, shell: "fish").contains { $0.hasPrefix("\(own)\t") })
  }

  /// A shell that completes a word may have no rights and no `/proc`.
  @Test func needsNoProc() async throws {
    let script = "umount -l /proc; exec \"$@\""
    let words = [
      "unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh", Nettop.path,
    ]
    #expect(try await answer("--sort", of: { words + $0 }).contains("rtt_us"))
    #expect(try await answer("--pid", of: { words + $0 }) == [])
  }

  @Test(.capableProgram) func listsOnlyWhatTheCallerMayList() async throws {
    let program = try CapableProgram()
    let directory = try TemporaryDirectory()
    try AtomicFile.write("", to: directory.path + "/own.toml")
    let path = "\(directory.path)/"
    #expect(try await answer("--theme", path, of: program.words).contains("\(path)own.toml"))
    try #require(chmod(directory.path, 0o700) == 0)
    let refused = try await answer("--theme", path, of: program.words)
    #expect(refused.contains("dark") && !refused.contains("\(path)own.toml"))
    // It knows the shell that asks.
    let fish = try await answer("--sort", shell: "fish", of: program.words)
    #expect(fish.contains { $0.hasPrefix("rtt_us\t") })
  }
}

extension Trait where Self == ConditionTrait {
  /// Needs a shell.
  fileprivate static func shell(_ kind: CompletingShell.Kind) -> Self {
    .enabled(if: kind.isInstalled, "\(kind.rawValue) is not installed")
  }
}
