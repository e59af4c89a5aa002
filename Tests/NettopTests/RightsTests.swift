import Connections
import Foundation
import Glibc
import Terminal
import TestSupport
import Testing

@testable import Tracer
@testable import nettop

/// Which rights the program has while it runs.
@Suite(.live, .timeLimit(.minutes(5))) struct RightsTests {
  /// By number, as `capabilities(7)` has them: CAP_DAC_READ_SEARCH, CAP_NET_ADMIN, CAP_SYS_PTRACE,
  /// CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF.
  private static let tracing = set([2, 12, 19, 21, 38, 39])
  /// CAP_KILL.
  private static let kill = set([5])
  /// CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_SETGID, CAP_SETUID, and CAP_SYS_RESOURCE for maps.
  private static let files = set([0, 1, 6, 7, 24])
  /// CAP_SETPCAP.
  private static let setpcap = set([8])

  private static func set(_ numbers: [UInt64]) -> UInt64 { numbers.reduce(0) { $0 | 1 << $1 } }

  /// The rights of all threads of a program that follows connections.
  private func rights(of child: Child) async throws -> [ThreadRights] {
    var threads: [ThreadRights] = []
    let follows = try await eventually {
      threads = ThreadRights.all(of: child.pid)
      return !threads.isEmpty && threads.allSatisfy(\.hasFilter)
    }
    try #require(follows && child.isRunning)
    return threads
  }

  // MARK: Root

  @Test func rootKeepsOnlyWhatItNeeds() async throws {
    let own = try #require(ThreadRights.all(of: getpid()).first)
    let (permitted, bounding) = try (
      #require(own.capabilities("CapPrm")), #require(own.capabilities("CapBnd"))
    )
    let needed = Self.tracing | Self.kill | Self.files
    let child = try Nettop.start(["log", "--config", "/dev/null"])
    for thread in try await rights(of: child) {
      #expect(thread.capabilities("CapEff") == needed & permitted)
      #expect(thread.capabilities("CapPrm") == needed & permitted)
      #expect(thread.capabilities("CapInh") == 0 && thread.capabilities("CapAmb") == 0)
      if permitted & Self.setpcap != 0 {
        #expect(thread.capabilities("CapBnd") == needed & bounding)
      }
      #expect(thread["NoNewPrivs"] == "1")
    }
  }

  /// Refusing system calls keeps no signal from its course.
  @Test(arguments: [SIGSEGV, SIGABRT]) func aCrashPutsTheTerminalBack(number: Int32) async throws {
    let program = try TerminalProgram(["prlimit", "--core=0:0", Nettop.path])
    let before = program.modes
    try await program.show(until: "Quit")
    #expect(ThreadRights.all(of: program.pid).contains { $0.hasFilter })
    Glibc.kill(program.pid, number)
    let status = try #require(try await program.ended(within: .seconds(60)))
    #expect(status & 0x7f == number)
    #expect(program.modes == before)
    #expect(program.read().contains("\u{1B}[?1049l"))
  }

  @Test func doctorListsTheRights() async throws {
    let output = try await Nettop.output(["doctor", "--format", "json"])
    let lines = try JSONLine.lines(of: output)
    func message(_ check: String) -> String? {
      lines.first { $0.text("check") == check }?.text("message")
    }
    let rights = try #require(message("rights"))
    #expect(rights.hasPrefix("root; keeps only "))
    for name in ["CAP_BPF", "CAP_SYS_ADMIN", "CAP_SETUID"] { #expect(rights.contains(name)) }
    #expect(!rights.contains("CAP_SYS_MODULE") && !rights.contains("capability "))
    #expect(rights.hasSuffix("; gains no others (no_new_privs)"))
    #expect(message("system calls")?.contains("refused (seccomp)") == true)
  }

  // MARK: Capabilities of the file

  @Test(.capableProgram) func signalsAreLeftToTheRightsOfTheCaller() async throws {
    let program = try CapableProgram()
    let child = try Child(program.words(["log", "--config", "/dev/null"]))
    for thread in try await rights(of: child) {
      #expect(thread.capabilities("CapEff") == Self.tracing)
      #expect(thread.capabilities("CapPrm") == Self.tracing)
      #expect(thread.capabilities("CapInh") == 0 && thread.capabilities("CapAmb") == 0)
      #expect(thread["NoNewPrivs"] == "1")
    }
    let doctor = try await Child.run(program.words(["doctor", "--format", "json"]))
    #expect(doctor.status == 0, "\(doctor.text)")
    let lines = try JSONLine.lines(of: doctor.text)
    let rights = lines.first { $0.text("check") == "rights" }?.text("message")
    #expect(rights?.contains("acts only on processes of user \(CapableProgram.user)") == true)
    // It is not missing: it was given up.
    let capabilities = lines.first { $0.text("check") == "capabilities" }
    #expect(capabilities?.text("status") == "ok")
  }

  @Test(.capableProgram) func filesAreReadWithTheRightsOfTheCaller() async throws {
    let program = try CapableProgram()
    let directory = try TemporaryDirectory()
    let secret = directory.path + "/secret.toml"
    try AtomicFile.write("unit = \"S3cr3t\"\n", to: secret)
    try #require(chmod(secret, 0o600) == 0)
    let config = try await Child.run(program.words(["--config", secret, "--print-config"]))
    #expect(config.status == 1 && config.errorText.contains("Permission denied"))
    let theme = try await Child.run(
      program.words(["--config", "/dev/null", "--theme", secret, "--print-config"])
    )
    #expect(theme.status == 0 && theme.errorText.contains("Permission denied"))
    #expect(!(config.text + config.errorText + theme.text + theme.errorText).contains("S3cr3t"))
    // What everybody may read, it reads.
    try #require(chmod(secret, 0o644) == 0)
    let readable = try await Child.run(program.words(["--config", secret, "--print-config"]))
    #expect(readable.status == 0 && readable.errorText.contains("S3cr3t"))
  }

  /// Swift's runtime looks at its variables before the program itself begins, and loads the library that
  /// one of them names. This one makes it list them.
  @Test(.capableProgram) func noLibrarySeesVariablesThatNettopDoesNotUse() async throws {
    let environment = Child.environment.merging(["SWIFT_DEBUG_HELP": "1"]) { $1 }
    let program = try CapableProgram()
    let own = try await Child.run([Nettop.path, "--version"], environment: environment)
    try #require(own.status == 0 && own.errorText.contains("SWIFT_DEBUG_"))
    let outcome = try await Child.run(program.words(["--version"]), environment: environment)
    #expect(outcome.status == 0 && outcome.errorText == "")
  }

  @Test(.capableProgram) func keysDoNothingToProcessesOfOthers() async throws {
    let program = try CapableProgram()
    let stage = try await Stage()
    let options = ["-d", "0.3", "--config", "/dev/null", "--netns", stage.namespace.name]
    try await stage.tmux.enter("clear; \(program.words(options).joined(separator: " "))")
    try await stage.tmux.expect("rows") { $0.isAlternate && $0.range != nil }
    let refusal = "process \(getpid()) belongs to another user: run nettop with sudo"

    try await stage.tmux.press(.home)
    try await stage.tmux.press(.character("k"))
    try await stage.tmux.expect("signals") { $0.contains("Send a signal to") }
    // One that would do no harm: it is for the tests.
    for _ in 0..<17 { try await stage.tmux.press(.down) }
    try await stage.tmux.expect("SIGCONT") { display in
      display.styled.contains { $0.contains("7m") && $0.contains("CONT") }
    }
    try await stage.tmux.press(.enter)
    try await stage.tmux.expect("a refusal") { $0.lines.last?.contains(refusal) == true }

    // The refusal goes, and comes again.
    try await stage.tmux.press(.character("K"))
    try await stage.tmux.expect("the question") { display in
      display.contains("Close this") && !display.contains(refusal)
    }
    try await stage.tmux.press(.down)
    try await stage.tmux.press(.enter)
    try await stage.tmux.expect("a refusal") { $0.lines.last?.contains(refusal) == true }
    try stage.connections[0].transfer(1000)
  }

  // MARK: Capabilities of a service

  /// What systemd gives to `nettop-record.service`, which executes a program whose file has no
  /// capabilities, or those that install-caps gives it.
  @Test(.capableProgram, arguments: [false, true])
  func aServiceKeepsTheRightsThatItIsGiven(fileHasCapabilities: Bool) async throws {
    let program = try CapableProgram()
    if !fileHasCapabilities { try program.removeCapabilities() }
    let child = try Child(program.wordsOfService(["log", "--config", "/dev/null"]))
    for thread in try await rights(of: child) {
      #expect(thread.capabilities("CapEff") == Self.tracing)
      #expect(thread.capabilities("CapPrm") == Self.tracing)
      #expect(thread.capabilities("CapInh") == 0 && thread.capabilities("CapAmb") == 0)
      #expect(thread["NoNewPrivs"] == "1")
    }
    let doctor = try await Child.run(program.wordsOfService(["doctor", "--format", "json"]))
    let lines = try JSONLine.lines(of: doctor.text)
    let source = lines.first { $0.text("check") == "source" }
    #expect(source?.text("message")?.hasPrefix("bpf: ") == true, "\(doctor.text)")
  }

  // MARK: Whose process it is

  @Test func aProcessIsKnownByItsStart() throws {
    let stat = ProcFS().processStat(getpid())
    let start = try #require(stat?.startTicks)
    let status = try ProcessStatus.of(.init(pid: getpid(), startTicks: start))
    #expect(status?.realUser == getuid() && status?.effectiveUser == geteuid())
    #expect(try ProcessStatus.own() != nil)
    // One that had the PID before, and one that nobody has.
    #expect(try ProcessStatus.of(.init(pid: getpid(), startTicks: start - 1)) == nil)
    #expect(try ProcessStatus.of(.init(pid: .max, startTicks: start)) == nil)
  }
}
