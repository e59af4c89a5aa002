import Connections
import Glibc
import TestSupport
import Testing

@testable import Tracer
@testable import nettop

/// `nettop doctor` on this host.
@Suite(.live, .timeLimit(.minutes(5))) struct DoctorTests {
  private func checks(_ output: String) throws -> [String: JSONLine] {
    let lines = try JSONLine.lines(of: output)
    for line in lines { #expect(Set(line.values.keys) == ["check", "status", "message", "cure"]) }
    return Dictionary(lines.map { ($0.text("check") ?? "", $0) }) { first, _ in first }
  }

  @Test func findsThatAllIsWell() async throws {
    let outcome = try await Nettop.run(["doctor", "--format", "json"])
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "")
    let checks = try checks(outcome.text)
    for name in HostCheck.all.map(\.name) + ["source"] + TracerCheck.all.map(\.name) {
      #expect(checks[name] != nil, "\(name)")
    }
    for test in SelfTestCase.all {
      let check = try #require(checks[test.name])
      #expect(check.text("status") == "ok", "\(check)")
      #expect(check.text("message")?.contains(/[1-9]\d* figures compared, all correct/) == true)
    }
    #expect(checks["verdict"]?.text("status") != "failure")
  }

  /// With a `/proc` of its own, whose PIDs are others than the kernel's.
  @Test func isRightInAPIDNamespaceToo() async throws {
    let outcome = try await Child.run([
      "unshare", "--pid", "--fork", "--mount-proc", Nettop.path, "doctor", "--format", "json",
    ])
    #expect(outcome.status == 0)
    let checks = try checks(outcome.text)
    #expect(checks["PID namespace"]?.text("status") == "warning")
    for test in SelfTestCase.all {
      #expect(checks[test.name]?.text("status") == "ok", "\(String(describing: checks[test.name]))")
    }
    #expect(checks["verdict"]?.text("message")?.contains("some things cannot be known") == true)
  }

  @Test func printsTextThatAnyLocaleShows() async throws {
    var environment = Child.environment
    environment["LC_ALL"] = "C"
    let outcome = try await Child.run([Nettop.path, "doctor"], environment: environment)
    #expect(outcome.status == 0)
    #expect(outcome.output.allSatisfy { $0 < 0x80 })
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.first == "What this host supports")
    #expect(lines.contains { $0.hasPrefix("ok   kernel  ") })
    #expect(lines.last?.contains(" verdict  ") == true)
    let unicode = try await Nettop.output(["doctor"])
    #expect(unicode.contains("✓ kernel  "))
  }

  /// Without rights it reports which are missing, and what it can find out.
  @Test func tellsWhichRightsAreMissing() async throws {
    let directory = try TemporaryDirectory()
    let copy = directory.path + "/nettop"
    try #require(try Child.perform(path: "cp", [Array(Nettop.path.utf8), Array(copy.utf8)]))
    let nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    let outcome = try await Child.run(
      nobody + [copy, "doctor", "--source", "bpf", "--format", "json"]
    )
    #expect(outcome.status == 77)
    let checks = try checks(outcome.text)
    #expect(checks["kernel"]?.text("status") == "ok")
    let capabilities = try #require(checks["capabilities"])
    #expect(capabilities.text("status") == "failure")
    for name in Capability.all.map(\.name) {
      #expect(capabilities.text("message")?.contains(name) == true, "\(name)")
    }
    #expect(checks["programs"]?.text("status") == "failure")
    #expect(checks["verdict"]?.text("cure")?.contains("sudo") == true)
  }

  @Test func comparesTheHostsConnectionsWithTheKernelsCounts() async throws {
    let namespace = try TestNamespace()
    let older = try namespace.run { try LoopbackConnection() }
    let child = try Nettop.start(["doctor", "--watch", "600"])
    let isWatching = try await eventually { child.outputSoFar.contains("The host's connections") }
    try #require(isWatching)
    for _ in 0..<150 {
      let connection = try namespace.run { try LoopbackConnection() }
      try connection.transfer(1000)
      try older.transfer(1000)
      connection.close()
      try await Task.sleep(for: .milliseconds(20))
    }
    // Ends early, with the report so far.
    kill(child.pid, SIGINT)
    let outcome = try await child.outcome()
    #expect(outcome.status == 0, "\(outcome.text)")
    let lines = outcome.text.split(separator: "\n").filter { $0.contains(namespace.name) }
    for (what, field) in [("connects", "ActiveOpens"), ("accepts", "PassiveOpens")] {
      let line = try #require(lines.first { $0.hasPrefix("✓ \(what) ") })
      #expect(line.contains(field))
      let saw = line.firstMatch(of: /saw (\d+)/).flatMap { Int($0.1) }
      #expect(try #require(saw) > 0)
    }
    #expect(lines.contains { $0.hasPrefix("✓ traffic ") })
    #expect(outcome.text.contains(/✓ figures +[1-9][\d,]* sockets compared/))
  }

  @Test(arguments: [
    (["doctor", "--watch", "0"], "--watch takes seconds from 1 to 86400."),
    (["doctor", "-p", "1"], "it looks at all connections"),
    (["doctor", "--format", "table"], "Here, --format takes text or json."),
  ])
  func refusesBadOptions(_ arguments: [String], hint: String) async throws {
    let outcome = try await Nettop.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errorText.contains(hint))
  }
}
