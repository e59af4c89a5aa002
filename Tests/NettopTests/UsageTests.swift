import Glibc
import TestSupport
import Testing

/// What the program says to what it cannot do.
@Suite(.live, .timeLimit(.minutes(5))) struct UsageTests {
  @Test(arguments: [
    (["--sort", "nonsense"], "There is no column 'nonsense'. Columns are: pid, "),
    (["list", "--sort", ""], "There is no column ''."),
    (["--delay", "0"], "--delay takes seconds from 0.1 to 3600."),
    (["list", "-d", "3601"], "--delay takes seconds from 0.1 to 3600."),
    (["list", "-d", "nan"], "--delay takes seconds from 0.1 to 3600."),
    (["list", "-d", "soon"], "Time between samples"),
    (["--samples", "0"], "--samples takes a positive number."),
    (["list", "-n", "many"], "this many samples"),
    (["--pid", "0"], "--pid takes a PID, a positive number."),
    (["list", "--pid", "99999999999"], "--pid"),
    (["list", "--pid=-1"], "--pid takes a PID, a positive number."),
    (["--capacity", "0"], "--capacity takes a number from 1 to 10000000."),
    (["list", "--capacity", "10000001"], "--capacity takes a number from 1 to 10000000."),
    (["list", "--format", "xml"], "table"),
    (["--bogus"], "Unknown option '--bogus'"),
    (["list", "-p"], "Missing value for '-p"),
    (
      ["list", "extra"],
      "Unexpected argument 'extra'. To show only what matches: nettop list -f extra"
    ),
    (
      ["curl"], "nettop has no subcommand 'curl'. To show only what matches: nettop -f curl"
    ),
    (
      ["rtt > 5", "\u{1b}["],
      "nettop has no subcommand 'rtt > 5'. To show only what matches: nettop -f 'rtt > 5 ?['"
    ),
    (["lits"], "nettop has no subcommand 'lits'. Did you mean 'nettop list'?"),
    (["doctor", "extra"], "Unexpected argument 'extra'"),
    (["log", "--sort", "pid"], "nettop log does not take --sort"),
    (["--columns", "pid", "log"], "nettop log does not take --columns"),
    (["log", "--no-wait"], "nettop log does not take --no-wait"),
    (["doctor", "--pid", "1"], "nettop doctor does not take --pid"),
    (["-n", "2", "doctor"], "nettop doctor does not take --samples"),
    (["list", "--columns", "nope"], "--columns takes columns, and there is no 'nope'."),
    (["list", "--columns", "pid,,pid"], "--columns takes columns, and there is no ''."),
    (["log", "--events", "close,"], "--events takes one or more of connect,"),
    (["log", "--events", "close,,open"], "--events takes one or more of connect,"),
    (["log", "--events", ""], "--events takes one or more of connect,"),
    (["list", "--config", ""], "--config takes the path of a file; it is empty."),
    (["--columns", "pid,pid"], "--columns has the column 'pid' twice."),
    (
      ["list", "--format", "json", "--columns", "mark"],
      "--columns has 'mark', which is not a JSON field."
    ),
    (["-f", "a rt>1"], "Error: Invalid filter:\na rt>1\n  ^^\nUnknown field 'rt'"),
    (
      ["log", "--alert", "rt>1 for 2s"],
      "Error: Invalid alert:\nrt>1 for 2s\n^^\nUnknown field 'rt'"
    ),
    (["--alert", "rtt>1 for x"], "rtt>1 for x\n          ^\nfor takes a time up to 30d"),
    (
      ["log", "--alert", "reason=refused for 10s"],
      "^^^^^^^\nclose_reason=refused only matches connections that have ended"
    ),
    (["list", "--alert", "pid=1"], "nettop list does not take --alert"),
    (["--alert", "pid=1"], "nettop list does not take --alert"),
    (["doctor", "--alert", "pid=1"], "nettop doctor does not take --alert"),
    (["list", "--filter", "pid=\u{1b}["], "pid=?[\n    ^^\npid takes a number"),
    (["replay", "FILE", "--from", "FILE"], "nettop replay takes one file, and no --from."),
    (["replay", "FILE", "--end", "14:05"], "nettop replay does not take --end: it shows all"),
    (["replay", "FILE", "--format", "json"], "nettop replay does not take --format"),
    (["record", "FILE", "--format", "json"], "nettop record does not take --format"),
    (["record", "FILE", "--begin", "14:05"], "nettop record does not take --begin"),
    (["doctor", "--from", "FILE"], "nettop doctor does not take --from"),
    (["log", "--end", "14:05"], "--end needs a recording: --from FILE."),
    (["list", "-f", String(repeating: "(", count: 100_000)], "at most 4096 bytes"),
    (["--pid", "0", "list"], "--pid takes a PID, a positive number."),
  ])
  func refusesBadOptions(_ arguments: [String], hint: String) async throws {
    let outcome = try await Nettop.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.text == "")
    #expect(outcome.errorText.hasPrefix("Error: "))
    #expect(outcome.errorText.contains(hint))
    #expect(outcome.errorText.contains("--help"))
  }

  /// An error in an option that nettop itself has too shows the usage of the subcommand in use.
  @Test(arguments: [
    (["list", "--begin", "foo"], "list"), (["log", "--end=foo"], "log"),
    (["--begin", "foo", "list"], "list"), (["list", "-n", "many"], "list"),
    (["-d", "0", "--reverse", "log", "-f", "a"], "log"), (["-rs", "none", "list"], "list"),
    (["log", "-f", "list<"], "log"), (["-f", "a<", "log"], "log"),
    (["record", "FILE", "--alert", "rt>1"], "record"), (["list", "--format", "text"], "list"),
    (["list", "extra"], "list"), (["replay", "FILE", "--begin", "foo"], "replay"),
    (["doctor", "--source", "none"], "doctor"),
  ])
  func showsTheUsageOfTheSubcommand(_ arguments: [String], _ subcommand: String) async throws {
    let outcome = try await Nettop.run(arguments)
    #expect(outcome.status == 64)
    let usages = outcome.errorText.split(separator: "\n").filter { $0.hasPrefix("Usage: ") }
    #expect(usages.count == 1)
    #expect(usages.first?.hasPrefix("Usage: nettop \(subcommand) ") == true)
    let hint = "  See 'nettop \(subcommand) --help' for more information.\n"
    #expect(outcome.errorText.hasSuffix(hint))
  }

  @Test(arguments: [
    ["--begin", "foo"], ["-f", "list<"], ["--pid", "0", "--sort", "log"], ["lits"],
  ])
  func showsItsOwnUsageWithoutASubcommand(_ arguments: [String]) async throws {
    let outcome = try await Nettop.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errorText.contains("\nUsage: nettop [<options>]\n       nettop list "))
    #expect(outcome.errorText.hasSuffix("  See 'nettop --help' for more information.\n"))
  }

  @Test(arguments: [
    (["doctor"], "3000 unexpected arguments: 'a1', 'a2', 'a3', 'a4', 'a5', and 2995 more\n"),
    (["list"], "Unexpected argument 'a1'. To show only what matches: nettop list -f 'a1 a2 "),
    ([String](), "nettop has no subcommand 'a1'. To show only what matches: nettop -f 'a1 a2 "),
  ])
  func listsFewOfManyUnexpectedWords(_ command: [String], hint: String) async throws {
    let outcome = try await Nettop.run(command + (1...3000).map { "a\($0)" })
    #expect(outcome.status == 64 && outcome.text == "")
    #expect(outcome.errorText.hasPrefix("Error: \(hint)"))
    #expect(outcome.errors.count < 1024)
    #expect(outcome.errorText.contains("--help"))
  }

  @Test func listsAllOfAFewUnexpectedWords() async throws {
    let outcome = try await Nettop.run(["doctor", "a", "b\u{1b}[31m"])
    #expect(outcome.status == 64)
    #expect(outcome.errorText.hasPrefix("Error: 2 unexpected arguments: 'a', 'b?[31m'\n"))
  }

  private static let long = String(repeating: "a", count: 100_000)

  @Test(arguments: [
    [long], ["list", long], ["doctor", long], ["--\(long)"], ["--\(long)=1"], ["list", "-f", long],
    ["list", "-f", String(repeating: "(", count: 60_000)], ["list", "-f", long + "=1"],
    ["--pid", long], ["--pid=\(long)"], ["-p\(long)"], ["--delay", long], ["--sort", long],
    ["list", "--columns", long], ["list", "--columns", "pid,\(long)"], ["--theme", long],
    ["log", "--events", long], ["list", "--netns", long], ["list", "--config", long],
  ])
  func repeatsLittleOfALongArgument(_ arguments: [String]) async throws {
    let outcome = try await Nettop.run(arguments)
    #expect(outcome.status != 0 && outcome.text == "")
    #expect((1..<4096).contains(outcome.errors.count), "\(outcome.errorText.prefix(1000))")
  }

  @Test(arguments: [
    (["list", "--pid", "2147483647"], "no process has the PID 2147483647", "ps -e"),
    (
      ["--netns", "nettop-test-none"],
      "no network namespace, process or container is called 'nettop-test-none'", "host"
    ),
    (
      ["list", "--netns", "4294967295"],
      "no network namespace, process or container is called '4294967295'", "host"
    ),
    (
      ["list", "--netns", "\u{1b}[31m"],
      "no network namespace, process or container is called '?[31m'", "host"
    ),
  ])
  func missesWhatIsNotThere(_ arguments: [String], problem: String, advice: String) async throws {
    let outcome = try await Nettop.run(arguments)
    #expect(outcome.status == 1)
    #expect(outcome.text == "")
    let lines = outcome.errorText.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first == "nettop: \(problem)")
    #expect(lines.last?.contains(advice) == true)
  }

  /// A copy of the program that everyone may run: the build directory may be closed to others.
  private func copyForAll() async throws -> (TemporaryDirectory, path: String) {
    let directory = try TemporaryDirectory()
    let copy = directory.path + "/nettop"
    try #require(try Child.perform(path: "cp", [Array(Nettop.path.utf8), Array(copy.utf8)]))
    return (directory, copy)
  }

  private static let nobody = [
    "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
  ]

  @Test(arguments: ["list", "-n1", "doctor"])
  func saysWhichRightsTheSourceNeeds(command: String) async throws {
    let (directory, copy) = try await copyForAll()
    defer { withExtendedLifetime(directory) {} }
    let outcome = try await Child.run(Self.nobody + [copy, command, "--source", "bpf"])
    #expect(outcome.status == 77)
    if command == "doctor" {
      #expect(outcome.text.contains("root rights are needed (or the capabilities listed above)"))
      #expect(outcome.text.contains("try: sudo nettop doctor"))
      return
    }
    #expect(outcome.text == "")
    #expect(!outcome.errorText.contains("libbpf"))
    let problem = "root rights are needed (or the capabilities that `nettop doctor` lists)"
    let advice = "        try: sudo nettop \(command) --source bpf\n"
    #expect(outcome.errorText == "nettop: \(problem)\n\(advice)")
    #expect(outcome.errorText.split(separator: "\n").count == 2)
  }

  /// An ordinary user sees something at once, and one line says what it is.
  @Test func everyUserSeesSomething() async throws {
    let (directory, copy) = try await copyForAll()
    defer { withExtendedLifetime(directory) {} }
    let connection = try LoopbackConnection()
    defer { withExtendedLifetime(connection) {} }
    let filter = "lport=\(connection.serverPort)"
    let cure = "for all: sudo nettop, or make install-caps\n"
    let notice = "nettop: diag: own namespace, owners of your processes; \(cure)"
    for command in [["list", "--no-wait", "-f", filter], ["-n1", "-f", filter]] {
      let outcome = try await Child.run(Self.nobody + [copy] + command)
      #expect(outcome.status == 0)
      #expect(outcome.text.contains("ESTAB"))
      #expect(outcome.errorText == notice)
    }
    let log = try await Child.run(Self.nobody + [copy, "log", "--existing", "-n1", "-f", filter])
    #expect(log.status == 0)
    #expect(log.text.contains(" existing "))
    let unseen =
      "nettop: connections that open and end between two samples are not logged; \(cure)"
    #expect(log.errorText == notice + unseen)
    let doctor = try await Child.run(Self.nobody + [copy, "doctor"])
    #expect(doctor.status == 0, "\(doctor.text)")
    #expect(doctor.text.contains("diag: lists of sock_diag"))
  }

  /// What a user may not read never comes, so nobody waits for it.
  @Test(arguments: [["list"], ["-n1"], ["log", "-n", "1"]])
  func saysAtOnceWhatAUserMayNotRead(command: [String]) async throws {
    let (directory, copy) = try await copyForAll()
    defer { withExtendedLifetime(directory) {} }
    let namespace = try TestNamespace()
    let name = namespace.name
    for (options, problem) in [
      (["--netns", name], "read the network namespace '\(name)'"),
      (["--netns", "\(namespace.inode)"], "read the network namespace '\(namespace.inode)'"),
      (["--pid", "\(getpid())"], "list the sockets of process \(getpid())"),
    ] {
      let words = command + options
      let outcome = try await Child.run(Self.nobody + [copy] + words)
      #expect(outcome.status == 77)
      #expect(outcome.text == "")
      let rights = "root rights are needed (or the capabilities that `nettop doctor` lists)"
      let advice = "        try: sudo nettop \(words.joined(separator: " "))\n"
      #expect(outcome.errorText == "nettop: cannot \(problem): \(rights)\n\(advice)")
    }
  }

  @Test func showsAUserTheOwnNamespaceAndProcesses() async throws {
    let (directory, copy) = try await copyForAll()
    defer { withExtendedLifetime(directory) {} }
    let script = "exec \(copy) list --no-wait --netns own --pid $$"
    let outcome = try await Child.run(Self.nobody + ["sh", "-c", script])
    #expect(outcome.status == 0, "\(outcome.errorText)")
  }

  @Test func answersHelpAndVersion() async throws {
    for words in [["--help"], ["-h"], ["list", "--help"], ["help", "list"], ["help"]] {
      let text = try await Nettop.output(words)
      #expect(text.contains("--delay"), "\(words)")
    }
    // What a subcommand does not take is not offered.
    let ofScreen = ["--theme", "--no-mouse", "--no-color", "--read-only"]
    let ofTables = ["--sort", "--reverse", "--columns", "--no-wait", "--deltas", "--ascii"]
    let ofChoice = ["--pid", "--netns", "--filter", "--delay", "--samples", "--bits", "--config"]
    for (command, absent) in [
      ("list", ofScreen), ("log", ofScreen + ofTables.filter { $0 != "--columns" }),
      ("doctor", ofScreen + ofTables + ofChoice),
    ] {
      let text = try await Nettop.output([command, "--help"])
      for option in absent { #expect(!text.contains(option), "\(command) \(option)") }
      for option in ["--format", "--capacity", "--no-udp"] { #expect(text.contains(option)) }
    }
    let replay = try await Nettop.output(["replay", "--help"])
    for option in ["--from", "--end"] { #expect(!replay.contains(option), "\(option)") }
    #expect(replay.contains("--alert"))
    let all = try await Nettop.output(["--help"])
    for option in ofScreen + ofTables + ofChoice { #expect(all.contains(option), "\(option)") }
    let version = try await Nettop.output(["--version"])
    #expect(version.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
