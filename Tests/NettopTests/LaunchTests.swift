import Glibc
import TestSupport
import Testing

/// How nettop is started: its arguments, its descriptors, and a host without `/proc`.
@Suite(.live, .timeLimit(.minutes(5))) struct LaunchTests {
  /// Runs a command of the shell, in which `$N` is nettop and `/proc` has no processes.
  private func withoutProc(_ command: String) async throws -> Child.Outcome {
    let script = "umount -l /proc; N=$0; \(command)"
    return try await Child.run(
      ["unshare", "-m", "--propagation", "private", "sh", "-c", script, Nettop.path]
    )
  }

  @Test func takesItsArgumentsWithoutProc() async throws {
    let version = try await withoutProc("$N --version")
    #expect(version.status == 0 && version.text.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    let help = try await withoutProc("$N help list")
    #expect(help.status == 0 && help.text.contains("--delay"))
    let wrong = try await withoutProc("$N list --no-such-option")
    #expect(wrong.status == 64 && wrong.errorText.contains("Unknown option '--no-such-option'"))
  }

  @Test(arguments: ["list", "log", "-n1", "doctor"]) func needsProc(_ command: String) async throws
  {
    let outcome = try await withoutProc("$N \(command)")
    #expect(outcome.status == 1 && outcome.text == "")
    #expect(
      outcome.errorText == "nettop: /proc is not mounted, or does not show this process\n"
        + "        mount it: mount -t proc proc /proc\n"
    )
  }

  /// In it, the numbers of nettop's threads are those of other processes.
  @Test func needsTheProcOfItsOwnNamespace() async throws {
    let outcome = try await Child.run(["unshare", "--pid", "--fork", Nettop.path, "list"])
    #expect(outcome.status == 1 && outcome.text == "")
    #expect(outcome.errorText.hasPrefix("nettop: /proc is that of another PID namespace\n"))
  }

  @Test func refusesArgumentsThatAreNoText() async throws {
    let outcome = try await Child.run(
      ["sh", "-c", "exec \"$0\" list --config \"$(printf 'a\\377')\"", Nettop.path]
    )
    #expect(outcome.status == 64)
    #expect(outcome.errorText.hasPrefix("Error: Argument 3 is not valid UTF-8.\n"))
  }

  /// Dispatch needs a few, the BPF programs many more.
  @Test(arguments: ["list", "log", "doctor", "--print-config"], [4, 5, 6, 7])
  func saysThatTooFewFilesCanBeOpened(_ command: String, limit: Int) async throws {
    let outcome = try await Child.run(
      ["prlimit", "--nofile=\(limit):\(limit)", Nettop.path, command]
    )
    #expect(outcome.status == 1 && outcome.text == "")
    #expect(outcome.errorText.contains("too many files are open"))
    #expect(outcome.errorText.contains("raise `ulimit -n`"))
  }

  @Test(arguments: [24, 40, 64]) func saysThatTooFewProgramsCanBeLoaded(limit: Int) async throws {
    let outcome = try await Child.run(
      ["prlimit", "--nofile=\(limit):\(limit)", Nettop.path, "list"]
    )
    #expect(outcome.status == 1)
    #expect(
      outcome.errorText == "nettop: too many files are open to load the BPF programs\n"
        + "        close some, or raise `ulimit -n`\n"
    )
  }

  @Test(arguments: ["list", "log", "doctor", "--version", "--print-config"])
  func saysThatStandardOutputIsClosed(_ command: String) async throws {
    let outcome = try await Child.run(["sh", "-c", "exec \"$0\" \(command) >&-", Nettop.path])
    #expect(outcome.status == 1)
    #expect(outcome.errorText.hasPrefix("nettop: standard output is closed"))
  }

  @Test(arguments: ["--version", "--help", "list --help", "help log", "--print-config"])
  func saysThatTheDiskIsFull(_ arguments: String) async throws {
    let outcome = try await Child.run(
      ["sh", "-c", "exec \"$0\" \(arguments) >/dev/full", Nettop.path]
    )
    #expect(outcome.status == 1)
    #expect(outcome.errorText == "nettop: cannot write: No space left on device\n")
  }

  @Test(arguments: ["--version", "--help", "help log"])
  func endsQuietlyWithItsReader(_ arguments: String) async throws {
    let line = "\"$0\" \(arguments) | true; echo ${PIPESTATUS[0]}"
    let outcome = try await Child.run(["bash", "-c", line, Nettop.path])
    #expect(outcome.text == "0\n" && outcome.errorText == "")
  }

  /// Otherwise what nettop opens gets these numbers, and messages go there.
  @Test func nothingTakesTheNumbersOfClosedDescriptors() async throws {
    let child = try Child(["sh", "-c", "exec \"$0\" log --no-udp <&- 2>&-", Nettop.path])
    // The last digit of the flags: 0 reads, 1 writes. Neither can be used for what it is for.
    func access(_ descriptor: Int) -> Character? {
      let path = "/proc/\(child.pid)/fdinfo/\(descriptor)"
      guard let file = fopen(path, "re") else { return nil }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 128)
      while fgets(&line, Int32(line.count), file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        if text.hasPrefix("flags:") { return text.last { $0.isNumber } }
      }
      return nil
    }
    func target(_ descriptor: Int) -> String {
      var buffer = [CChar](repeating: 0, count: 256)
      let length = readlink("/proc/\(child.pid)/fd/\(descriptor)", &buffer, buffer.count)
      return String(decoding: buffer.prefix(max(0, length)).map(UInt8.init), as: UTF8.self)
    }
    let isOpened = try await eventually { access(0) == "1" && access(2) == "0" }
    #expect(isOpened && target(0) == "/dev/null" && target(2) == "/dev/null")
    #expect(child.isRunning)
  }
}
