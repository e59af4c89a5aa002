import Glibc
import TestSupport
import Testing

@testable import nettop

/// A recording whose texts somebody replaced.
@Suite(.live, .timeLimit(.minutes(5))) struct HostileRecordingTests {
  private let directory: TemporaryDirectory
  private let namespace: TestNamespace

  init() throws {
    directory = try TemporaryDirectory()
    namespace = try TestNamespace()
  }

  private var path: String { directory.path + "/host.nettop" }

  /// Replaces the text in all columns that have names.
  private func replaceNames(by text: String) async throws {
    let hex = text.utf8.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }
    let sql = "CAST(x'\(hex.joined())' AS TEXT)"
    let columns = [
      "runs": ["host", "boot", "version"], "namespaces": ["name", "name_source", "aliases"],
      "processes": [
        "name", "command", "user", "executable", "cgroup", "container_id", "container_name",
      ],
      "deltas": ["congestion_control", "drop_reasons"], "ends": ["reset_reason"],
      "alerts": ["rule", "text"],
    ]
    let updates = columns.map { table, names in
      "UPDATE \(table) SET \(names.map { "\($0) = \(sql)" }.joined(separator: ", "))"
    }
    // Without a runtime, an ID is none of a container.
    let runtime = "UPDATE processes SET container_runtime = 'docker'"
    let script = directory.path + "/names.sql"
    try AtomicFile.write((updates + [runtime, ""]).joined(separator: ";\n"), to: script)
    let outcome = try await Child.run(["sqlite3", path, ".read \(script)"])
    #expect(outcome.status == 0, "\(outcome.errorText)")
  }

  private static let commands =
    ["table", "json", "csv", "logfmt", "nettracer"].map { ["list", "--begin", "1d ago"] + [$0] }
    + ["text", "json", "csv", "logfmt", "nettracer"].map { ["log", "--existing"] + [$0] }

  /// What a command prints about the recording, whose last word is a format.
  private func output(of command: [String]) async throws -> Child.Outcome {
    let format = ["--format", command.last ?? "", "--from", path]
    let outcome = try await Nettop.run(command.dropLast() + format)
    #expect(outcome.status == 0, "\(command)")
    expectClean(outcome.output)
    expectClean(outcome.errors)
    return outcome
  }

  @Test func namesAreTextInEveryFormat() async throws {
    let connection = try namespace.run { try LoopbackConnection() }
    let recorder = try Nettop.start(["record", path, "-d", "0.2", "--alert", "bytes_sent>0"])
    let isRecorded = try await eventually {
      try connection.transfer(100)
      let short = try namespace.run { try LoopbackConnection() }
      short.close()
      let query = "SELECT (SELECT count(*) FROM ends) > 5 AND (SELECT count(*) FROM alerts) > 0"
      return try await Child.run(["sqlite3", "-readonly", path, query]).text == "1\n"
    }
    try #require(isRecorded, "\(recorder.errorsSoFar)")
    kill(recorder.pid, SIGTERM)
    _ = try await recorder.outcome()

    try await replaceNames(by: "name")
    var lines: [[String]: Int] = [:]
    for command in Self.commands {
      lines[command] = try await output(of: command).text.split(separator: "\n").count
    }
    for text in [
      "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m", "a\nb\r\nc\t\u{85}\u{2028}", "nul\u{0}byte\"},{\"\\",
      "\u{202e}gpj\u{2066}\u{200b}\u{feff}", String(repeating: "\u{1b}\n日", count: 800),
      "{\"\\u001b[31m\\n\":3}", "[\"\\u001b[31m\\n\"]",
    ] {
      try await replaceNames(by: text)
      for command in Self.commands {
        let outcome = try await output(of: command)
        #expect(outcome.text.split(separator: "\n").count == lines[command], "\(command) \(text)")
        if command.last == "json" { _ = try JSONLine.lines(of: outcome.text) }
      }
    }
  }
}
