import Glibc
import TestSupport
import Testing

/// nettop in a container: in PID, mount and network namespaces of its own.
@Suite(.live, .timeLimit(.minutes(5))) struct ContainerTests {
  /// Logs the next opening that meets some options, of connections made until there is one.
  private func log(
    _ options: [String],
    _ connect: () throws -> LoopbackConnection
  ) async throws -> JSONLine {
    let words = [Nettop.path, "log", "--format", "json", "-n", "1", "-d", "0.1"] + options
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let container = ["unshare", "--pid", "--mount", "--net", "--fork", "--mount-proc", "sh", "-c"]
    let child = try Child(container + ["mount -t tmpfs none /run/netns; exec \(quoted)"])
    let hasLogged = try await eventually {
      try connect().close()
      return !child.isRunning
    }
    #expect(hasLogged)
    let outcome = try await child.outcome()
    #expect(outcome.status == 0, "\(outcome.errorText)")
    return try #require(try JSONLine.lines(of: outcome.text).first)
  }

  @Test func theHostIsWhatTheKernelSays() async throws {
    let line = try await log(["--netns", "host"]) { try LoopbackConnection() }
    #expect(line.text("netns_name") == "host")
    // The process is outside of the container: there is no PID for it here.
    #expect(line["pid"] == .null)
    #expect(line["command"] == .null)
    #expect(line.integer("uid") == Int(getuid()))
  }

  @Test func anotherNamespaceIsNotTheHost() async throws {
    let namespace = try TestNamespace()
    let line = try await log(["-f", "netns=\(namespace.inode)"]) {
      try namespace.run { try LoopbackConnection() }
    }
    #expect(line.integer("netns") == Int(namespace.inode))
    #expect(line["netns_name"] == .null)
  }
}
