import Glibc
import Monitor
import Screens
import Terminal
import TestSupport
import Testing

@testable import nettop

/// Whose rights settings are read and written with. The tests are root, and 65534 is somebody else.
@Suite(.live, .timeLimit(.minutes(5))) struct SettingsRightsTests {
  private let directory: TemporaryDirectory
  private static let nobody: uid_t = 65534

  init() throws {
    directory = try TemporaryDirectory()
  }

  private var path: String { directory.path + "/config.toml" }
  private var secret: String { directory.path + "/secret.toml" }

  private func put(
    _ text: String,
    at path: String,
    mode: mode_t = 0o644,
    owner: uid_t = 0
  ) throws {
    try AtomicFile.write(text, to: path)
    try #require(chmod(path, mode) == 0 && chown(path, owner, owner) == 0)
  }

  private func text(at path: String) throws -> String? {
    try UserFile(path).read()?.text
  }

  private var changed: Settings {
    var settings = Settings()
    settings.delay = 7
    return settings
  }

  /// Runs it as somebody who has nettop's capabilities, as those of a file would give them.
  private func withCapabilities(_ arguments: [String]) -> [String] {
    let capabilities =
      "+bpf,+perfmon,+net_admin,+sys_admin,+sys_ptrace,+dac_read_search,+dac_override,+fowner,+chown"
    return [
      "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=\(capabilities)",
      "--ambient-caps=\(capabilities)", Nettop.path,
    ] + arguments
  }

  // MARK: Not root, with capabilities

  @Test func capabilitiesReadNoFileOfOthers() async throws {
    try put("unit = \"S3cr3t\"\n", at: secret, mode: 0o600)
    let config = try await Child.run(withCapabilities(["--config", secret, "--print-config"]))
    #expect(config.status == 1 && config.errorText.contains("Permission denied"))
    let theme = try await Child.run(
      withCapabilities(["--config", "/dev/null", "--theme", secret, "--print-config"])
    )
    #expect(theme.status == 0 && theme.errorText.contains("Permission denied"))
    #expect(!(config.errorText + theme.errorText).contains("S3cr3t"))
    // They are there: without them it could not trace.
    let listing = try await Child.run(withCapabilities(["list", "--config", "/dev/null"]))
    #expect(listing.status == 0)
  }

  @Test func capabilitiesReadNoTerminalDescriptionOfOthers() async throws {
    let descriptions = directory.path + "/terminfo"
    try #require(chmod(directory.path, 0o755) == 0)
    try #require(mkdir(descriptions, 0o755) == 0)
    let source = directory.path + "/source"
    try put(
      "nettop-secret|one of others,\n\tam, cols#80, lines#24, cup=\\E[%i%p1%d;%p2%dH,\n",
      at: source
    )
    let made = try await Child.run(["tic", "-o", descriptions, source])
    try #require(made.status == 0, "\(made.errorText)")
    let stage = try await Stage(width: 200)
    let words = withCapabilities(["--netns", stage.namespace.name, "--config", "/dev/null"])
    let line =
      "TERMINFO=\(descriptions) TERM=nettop-secret \(words.joined(separator: " ")); echo $?"
    // Theirs to read, it is used.
    try await stage.tmux.enter(line)
    try await stage.tmux.expect("a screen") { $0.contains("ESTAB") || $0.contains("PROCESS") }
    try await stage.tmux.press(.character("q"))
    try #require(chmod(descriptions, 0o700) == 0)
    try await stage.tmux.enter("clear; \(line)")
    try await stage.tmux.expect("a message") { $0.contains("does not know the terminal") }
  }

  @Test func capabilitiesWriteNoFileOfOthers() async throws {
    try put("delay = 0.3\n", at: path)
    let stage = try await Stage(width: 200)
    let words = withCapabilities(["--config", path, "--netns", stage.namespace.name])
    try await stage.tmux.enter(words.joined(separator: " "))
    try await stage.tmux.expect("rows") { $0.isAlternate && $0.range != nil }
    try await stage.tmux.press(.character("B"))
    try await stage.tmux.press(.character("W"))
    try await stage.tmux.expect("a refusal") { display in
      display.contains("cannot save the settings in \(path): Permission denied")
    }
    #expect(try text(at: path) == "delay = 0.3\n")
  }

  // MARK: Root

  @Test func whatOthersLinkToIsReadWithTheirRights() throws {
    try put("unit = \"S3cr3t\"\n", at: secret, mode: 0o600)
    let home = directory.path + "/home"
    mkdir(home, 0o755)
    symlink(secret, home + "/config.toml")
    chown(home, Self.nobody, Self.nobody)
    let file = SettingsFile(named: home + "/config.toml")
    let failure = #expect(throws: Failure.self) { try file.read() }
    #expect(failure?.problem.contains("Permission denied (with the rights of user 65534") == true)
    let refusal = #expect(throws: Failure.self) { try file.save(changed) }
    #expect(refusal?.problem.contains("Permission denied") == true)
    // A file for all to read is theirs too, and for nobody else to write.
    chmod(secret, 0o644)
    #expect(try file.read().problems.count == 1)
    #expect(throws: Failure.self) { try file.save(changed) }
    #expect(try text(at: secret) == "unit = \"S3cr3t\"\n")
  }

  @Test func whatOthersOwnIsReadAndSavedAsTheirs() throws {
    let home = directory.path + "/home"
    mkdir(home, 0o700)
    try put("delay = 2\n", at: home + "/config.toml", mode: 0o640, owner: Self.nobody)
    chown(home, Self.nobody, Self.nobody)
    let file = SettingsFile(named: home + "/config.toml")
    #expect(try file.read().settings.delay == 2)
    try file.save(changed)
    var status = stat()
    try #require(stat(file.path, &status) == 0)
    #expect(status.st_uid == Self.nobody && status.st_gid == Self.nobody)
    #expect(status.st_mode & 0o7777 == 0o640)
    #expect(try file.read().settings.delay == 7)
  }

  /// A directory of another, in place of those that nobody has made yet.
  @Test func newDirectoriesInAHomeBelongToItsOwner() throws {
    chown(directory.path, Self.nobody, Self.nobody)
    let file = try #require(SettingsFile { $0 == "HOME" ? directory.path : nil })
    try file.save(changed)
    for path in [file.path, directory.path + "/.config", directory.path + "/.config/nettop"] {
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_uid == Self.nobody)
    }
  }

  @Test func aThemeIsReadWithTheRightsOfWhoNamesIt() async throws {
    try put("low = \"S3cr3t\"\n", at: secret, mode: 0o600)
    try put("theme = \"\(secret)\"\n", at: path, owner: Self.nobody)
    let outcome = try await Nettop.run(["--config", path, "--print-config"])
    #expect(outcome.status == 0)
    #expect(outcome.errorText.hasPrefix("nettop: cannot read the theme file \(secret): Permission"))
    // Root itself may.
    let own = try await Nettop.run(
      ["--config", "/dev/null", "--theme", secret, "--print-config"]
    )
    #expect(own.errorText.contains("\(secret):1: 'low' takes a look"))
  }

  /// As under sudo that keeps HOME.
  @Test func linksInAHomeThatSudoKeptLeadNowhere() async throws {
    try put("unit = \"S3cr3t\"\n", at: secret, mode: 0o600)
    let place = directory.path + "/home/.config/nettop"
    try await #require(Child.run(["mkdir", "-p", place]).status == 0)
    symlink(secret, place + "/config.toml")
    try await #require(
      Child.run(["chown", "-hR", "65534:65534", directory.path + "/home"]).status == 0
    )
    let outcome = try await Child.run(
      [Nettop.path, "--print-config"],
      environment: Child.environment.merging(["HOME": directory.path + "/home"]) { $1 }
    )
    #expect(outcome.status == 0 && outcome.errorText.contains("Permission denied"))
    #expect(!outcome.errorText.contains("S3cr3t"))
  }

  @Test func whatAnybodyCanChangeIsRefused() throws {
    try put("delay = 2\n", at: path)
    chmod(path, 0o666)
    var failure = #expect(throws: Failure.self) { try SettingsFile(named: path).read() }
    #expect(failure?.problem.contains("users other than root can write to it") == true)
    chmod(path, 0o644)
    chmod(directory.path, 0o777)
    failure = #expect(throws: Failure.self) { try SettingsFile(named: path).read() }
    #expect(failure?.problem.contains("`chmod go-w \(directory.path)`") == true)
    // With the sticky bit, nobody can put another file in its place.
    chmod(directory.path, 0o1777)
    #expect(try SettingsFile(named: path).read().settings.delay == 2)
    // But anybody can make one that is not there.
    unlink(path)
    failure = #expect(throws: Failure.self) { try SettingsFile(named: path).save(changed) }
    #expect(failure?.problem.contains("users other than root can create files there") == true)
  }

  @Test func linksOfRootAreFollowed() throws {
    try put("delay = 2\n", at: directory.path + "/real.toml")
    mkdir(directory.path + "/a", 0o755)
    symlink("../real.toml", directory.path + "/a/one")
    symlink("\(directory.path)/a/./one", path)
    #expect(try SettingsFile(named: path).read().settings.delay == 2)
    try SettingsFile(named: path).save(changed)
    #expect(try SettingsFile(named: directory.path + "/real.toml").read().settings.delay == 7)
  }

  /// `sudo` may let a user run nettop and nothing else: then no option shows what a file has in it.
  @Test(arguments: [
    "[client]\npassword = \"S3cr3t\"\n", "password=S3cr3t\n", "unit = \"S3cr3t\"\nS3cr3t = 1\n",
    "delay = 2\n[client]\nS3cr3t = S3cr3t\n", "columns.hosts = [\"S3cr3t\"]\nx.S3cr3t = 1\n",
    "S3cr3t\n", "[[highlight]]\nfilter = \"S3cr3t (\"\nstyle = \"high\"\n[S3cr3t]\n",
  ])
  func nothingOfOtherFilesIsTold(_ text: String) async throws {
    try put(text, at: path, mode: 0o600)
    let problems = try SettingsFile(named: path).read().problems
    #expect(!problems.isEmpty)
    #expect(problems.allSatisfy { $0.hasPrefix(path) && !$0.contains("S3cr3t") }, "\(problems)")
  }

  /// Nor does `W` write to them.
  @Test(arguments: [
    "", "# comment\n", "root:x:0:0:root:/root:/bin/sh\n", "[client]\npassword = \"x\"\n",
    "delay = 2\nother = 1\n", "delay = 2\n!\n",
  ])
  func otherFilesAreNotWritten(_ text: String) throws {
    try put(text, at: path)
    let failure = #expect(throws: Failure.self) { try SettingsFile(named: path).save(changed) }
    #expect(failure?.problem.hasPrefix("cannot save the settings in \(path): ") == true)
    #expect(try self.text(at: path) == text)
  }
}
