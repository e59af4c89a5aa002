import ArgumentParser
import Glibc
import Monitor
import Screens
import SystemPackage
import TestSupport
import Testing

@testable import nettop

struct SettingsFileTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private var path: String { directory.path + "/config.toml" }

  /// The file that nobody named, with `$XDG_CONFIG_HOME` as the directory.
  private func unnamed(_ text: String) throws -> SettingsFile {
    let file = try #require(SettingsFile { _ in directory.path })
    mkdir(directory.path + "/nettop", 0o755)
    try put(text, at: file.path)
    return file
  }

  private func put(_ text: String, at path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
  }

  private func text(at path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 17)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  private func names(in path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static var changed: Settings {
    var settings = Settings()
    settings.order = SortOrder(.pid, isDescending: true)
    settings.delay = 2.5
    settings.columns[.hosts] = [.init(.remote, width: 30)]
    return settings
  }

  @Test func liesWhereXDGSays() {
    func path(_ variables: [String: String]) -> String? {
      SettingsFile { variables[$0] }?.path
    }
    #expect(path(["HOME": "/h"]) == "/h/.config/nettop/config.toml")
    #expect(path(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == "/x/nettop/config.toml")
    #expect(path(["HOME": "/h", "XDG_CONFIG_HOME": "x"]) == "/h/.config/nettop/config.toml")
    #expect(path(["HOME": "/h", "XDG_CONFIG_HOME": ""]) == "/h/.config/nettop/config.toml")
    #expect(path(["HOME": ""]) == nil && path([:]) == nil)
  }

  @Test func aFileThatNobodyNamedMayBeMissing() throws {
    let contents = try #require(SettingsFile { _ in directory.path }).read()
    #expect(contents.settings == Settings() && contents.problems == [])
    #expect(throws: Failure.self) { try SettingsFile(named: path).read() }
  }

  @Test func aNewFileExplainsItselfAndItsDirectoriesAreMade() throws {
    let file = SettingsFile(named: directory.path + "/a/b/config.toml")
    try file.save(Self.changed)
    #expect(text(at: file.path) == SettingsText.text(of: Self.changed))
    #expect(try file.read().settings == Self.changed)
    #expect(names(in: directory.path + "/a/b") == ["config.toml"])
  }

  @Test func theRestOfTheFileStays() throws {
    let file = try unnamed(
      """
      # my settings
      delay  =  1.0   # "a" # comment
      unknown = 7
      unit = "bits"

      [columns] # of views
      closed = [
        "pid", # first
      ]

      # keys
      [keys]
      pause = ["F9"]
      """
    )
    var settings = try file.read().settings
    settings.order = SortOrder(.pid, isDescending: true)
    settings.delay = 2.5
    settings.presentation.unit = .bytes
    settings.columns = [.hosts: [.init(.remote, width: 30)]]
    try file.save(settings)
    let expected = """
      # my settings
      delay  = 2.5   # "a" # comment
      unknown = 7
      unit = "bytes"
      sort = "pid"
      reverse = true

      [columns] # of views
      hosts = ["remote_address:30"]

      # keys
      [keys]
      pause = ["F9"]
      """
    #expect(text(at: file.path) == expected)
    #expect(try file.read().settings == settings)
  }

  @Test func theOrderOfAViewIsSavedInItsTable() throws {
    let file = try unnamed(
      "sort = \"pid\"\n\n[order]\n# the slowest\nhosts = \"rtt_us\"\n\n[keys]\n"
    )
    var settings = try file.read().settings
    settings.orders[.hosts] = SortOrder(.rtt).reversed
    settings.orders[.closed] = SortOrder(.bytes)
    try file.save(settings)
    #expect(
      text(at: file.path)
        == "sort = \"pid\"\n\n[order]\n# the slowest\nhosts = \"rtt_us:reverse\"\n"
        + "closed = \"bytes\"\n\n[keys]\n"
    )
    #expect(try file.read().settings == settings)
    settings.orders = [:]
    try file.save(settings)
    #expect(text(at: file.path) == "sort = \"pid\"\n\n[order]\n# the slowest\n\n[keys]\n")
  }

  @Test func endsOfLinesMayBeThoseOfOtherSystems() throws {
    try put("delay = 2\r\nunit = \"x\"\r\n", at: path)
    let contents = try SettingsFile(named: path).read()
    #expect(contents.settings.delay == 2)
    #expect(contents.problems.count == 1 && contents.problems[0].hasPrefix("\(path):2: 'unit' "))
  }

  @Test func aFileWithoutTheTableGetsIt() throws {
    let file = try unnamed("# nothing\n")
    try file.save(Self.changed)
    #expect(try file.read().settings == Self.changed)
    #expect(
      text(at: file.path)?.hasSuffix("\n# nothing\n\n[columns]\nhosts = [\"remote_address:30\"]\n")
        == true
    )
  }

  @Test func whatCannotBeChangedIsSaidAndNothingIsLost() throws {
    let text = "columns = { hosts = ['pid'], closed = ['pid'] }\n"
    try put(text, at: path)
    let file = SettingsFile(named: path)
    var settings = try file.read().settings
    settings.columns[.hosts] = [.init(.remote)]
    let failure = #expect(throws: Failure.self) { try file.save(settings) }
    #expect(failure?.problem == "cannot change 'columns.hosts' in \(path)")
    #expect(self.text(at: path) == text)
  }

  @Test func modeOwnerAndLinkStay() throws {
    let target = directory.path + "/target.toml"
    try put("delay = 1\n", at: target)
    chmod(target, 0o604)
    chown(target, 65534, 65534)
    chown(directory.path, 65534, 65534)
    symlink("target.toml", path)
    lchown(path, 65534, 65534)
    try SettingsFile(named: path).save(Self.changed)
    var status = stat()
    #expect(lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(lstat(target, &status) == 0 && status.st_mode & 0o7777 == 0o604)
    #expect(status.st_uid == 65534 && status.st_gid == 65534)
    #expect(try SettingsFile(named: target).read().settings == Self.changed)
    #expect(names(in: directory.path) == ["config.toml", "target.toml"])
  }

  @Test func aLinkToNothingGetsItsFile() throws {
    symlink("missing/target.toml", path)
    try SettingsFile(named: path).save(Self.changed)
    #expect(
      try SettingsFile(named: directory.path + "/missing/target.toml").read().settings
        == Self.changed
    )
  }

  @Test func aRingOfLinksEnds() throws {
    symlink("config.toml", path)
    #expect(throws: Failure.self) { try SettingsFile(named: path).save(Self.changed) }
  }

  /// The file system is full before the text is written: as if nettop had been killed there.
  @Test func halfAFileNeverTakesThePlaceOfTheOldOne() throws {
    let place = directory.path + "/small"
    mkdir(place, 0o755)
    try #require(
      try Child.perform(
        path: "mount",
        ["-t", "tmpfs", "-o", "size=8k", "none", place].map { Array($0.utf8) }
      )
    )
    defer { umount(place) }
    let path = place + "/config.toml"
    let old = "# " + String(repeating: "x", count: 6000) + "\ndelay = 2\n"
    try put(old, at: path)
    let failure = #expect(throws: Failure.self) { try SettingsFile(named: path).save(Self.changed) }
    #expect(failure?.problem.contains("No space left") == true)
    #expect(text(at: path) == old)
    #expect(names(in: place) == ["config.toml"])
  }

  @Test func aDirectoryThatCannotBeWrittenIsSaid() throws {
    let failure = #expect(throws: Failure.self) {
      try SettingsFile(named: "/proc/nettop/config.toml").save(Self.changed)
    }
    #expect(
      failure?.problem == "cannot save the settings in /proc/nettop/config.toml: "
        + "No such file or directory"
    )
    #expect(failure?.advice == "use --config to name another file")
  }

  @Test func aFileOfAbsurdLengthIsNotRead() throws {
    try put(String(repeating: "#", count: 70_000) + "\ndelay = 2\n", at: path)
    let failure = #expect(throws: Failure.self) { try SettingsFile(named: path).read() }
    #expect(failure?.problem == "cannot read the settings in \(path): it is longer than 64 kB")
    #expect(throws: Failure.self) { try SettingsFile(named: path).save(Self.changed) }
  }

  // MARK: The program

  private func environment(_ text: String) throws -> [String: String] {
    mkdir(directory.path + "/nettop", 0o755)
    try put(text, at: directory.path + "/nettop/config.toml")
    return Child.environment.merging(["XDG_CONFIG_HOME": directory.path]) { $1 }
  }

  @Test func optionsGoBeforeTheFile() async throws {
    let environment = try environment("delay = 5\nsort = \"pid\"\nfigures = \"deltas\"\n")
    let outcome = try await Child.run(
      [
        Nettop.path, "-d", "7", "-r", "--theme", "dark", "--bits", "--si", "--resolve",
        "--services", "--ascii", "--no-mouse", "--print-config",
      ],
      environment: environment
    )
    #expect(outcome.status == 0 && outcome.errorText == "")
    var expected = Settings()
    expected.order = SortOrder(.pid).reversed
    expected.delay = 7
    expected.theme = "dark"
    expected.presentation.unit = .bits
    expected.presentation.prefix = .si
    expected.presentation.figures = .deltas
    expected.presentation.hosts = .names
    expected.presentation.ports = .services
    expected.presentation.graphs = .ascii
    expected.usesMouse = false
    let reading = SettingsReader.read(outcome.text)
    #expect(reading.problems == [])
    #expect(reading.settings == expected)
  }

  /// An order from the command line is that of all views of live connections.
  @Test(arguments: [
    (["--sort", "pid"], SortOrder(.pid), SortOrder(.pid)),
    (["--reverse"], SortOrder(.rate).reversed, SortOrder(.rtt).reversed),
    ([String](), SortOrder(.rate), SortOrder(.rtt)),
  ])
  func theOrderOfTheCommandLineGoesBeforeThatOfAView(
    _ options: [String],
    _ connections: SortOrder,
    _ hosts: SortOrder
  ) async throws {
    let environment = try environment("[order]\nhosts = \"rtt_us\"\nclosed = \"bytes\"\n")
    let outcome = try await Child.run(
      [Nettop.path, "--print-config"] + options,
      environment: environment
    )
    #expect(outcome.status == 0 && outcome.errorText == "")
    let reading = SettingsReader.read(outcome.text)
    #expect(reading.problems == [])
    #expect(reading.settings.order(of: .connections) == connections)
    #expect(reading.settings.order(of: .hosts) == hosts)
    #expect(reading.settings.order(of: .closed) == SortOrder(.bytes))
  }

  /// `--sort` once, and then `W` for something else.
  @Test func anOrderThatAnOptionHidStaysInTheFile() throws {
    let old = "theme = \"dark\"\n\n[order]\nprocesses = \"bytes\"\nclosed = \"pid\"\n"
    let file = try unnamed(old)
    var settings = try file.read().settings
    try OrderOptions.parse(["--sort", "pid"]).apply(to: &settings)
    #expect(settings.order(of: .processes) == SortOrder(.pid))
    settings.theme = "light"
    let state = ScreenState(host: "example", settings: settings)
    try file.save(state.settings)
    let saved = try file.read().settings
    #expect(saved.theme == "light" && saved.order == SortOrder(.pid))
    #expect(saved.orders == [.processes: SortOrder(.bytes), .closed: SortOrder(.pid)])
  }

  @Test func theListTellsOfProblemsAndGoesOn() async throws {
    let environment = try environment("delay = 0.2\nunit = \"bit\"\n")
    let words = [Nettop.path, "list", "--no-wait"]
    let outcome = try await Child.run(words, environment: environment)
    #expect(outcome.status == 0)
    #expect(
      outcome.errorText == "nettop: \(directory.path)/nettop/config.toml:2: "
        + "'unit' takes one of bytes, bits, not 'bit'\n"
    )
    #expect(outcome.text.hasPrefix("# "))
  }

  @Test(.live) func theScreenTellsOfProblems() async throws {
    _ = try environment("unit = \"bit\"\n")
    let stage = try await Stage(width: 200)
    try await stage.start("--config \(directory.path)/nettop/config.toml")
    try await stage.tmux.expect("the problem") { display in
      display.lines.contains { $0.contains("config.toml:1: 'unit' takes one of bytes, bits") }
    }
  }

  @Test func aNamedFileHasToBeThere() async throws {
    let outcome = try await Nettop.run(["list", "--config", path])
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("there is no settings file \(path)"))
    #expect(try await Nettop.run(["--config", "/dev/null", "--print-config"]).status == 0)
  }
}
