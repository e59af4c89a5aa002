import CLibbpf
import Glibc
import TestSupport
import Testing

/// Whatever the program put into the kernel is gone once it has ended.
@Suite(.alone, .timeLimit(.minutes(5))) struct NothingStaysTests {
  /// What of BPF a process holds: the kinds as `fdinfo` names them, each with an ID that is not
  /// given out again soon.
  private struct Holding: Hashable {
    let kind: String
    let id: UInt32

    static func all(of pid: pid_t) async throws -> Set<Holding> {
      let line = "cat /proc/\(pid)/fdinfo/* 2>/dev/null"
      let text = try await Child.run(["sh", "-c", line]).text
      let all = text.matches(of: /(?m)^(prog|map|link)_id:\s+(\d+)$/).compactMap { match in
        UInt32(match.2).map { Holding(kind: String(match.1), id: $0) }
      }
      return Set(all)
    }

    /// Whether the kernel still has it.
    var isThere: Bool {
      let descriptor =
        switch kind {
        case "prog": bpf_prog_get_fd_by_id(id)
        case "map": bpf_map_get_fd_by_id(id)
        default: bpf_link_get_fd_by_id(id)
        }
      if descriptor >= 0 { close(descriptor) }
      return descriptor >= 0
    }
  }

  private enum End: CaseIterable {
    case normal, terminated, killed
  }

  @Test(arguments: End.allCases) private func afterTheEnd(_ end: End) async throws {
    let samples = end == .normal ? "40" : "1000000"
    let child = try Nettop.start(["list", "-d", "0.3", "-n", samples])
    try #require(try await eventually { child.outputSoFar.contains("\n") })
    let holdings = try await Holding.all(of: child.pid)
    for kind in ["prog", "map", "link"] {
      try #require(holdings.contains { $0.kind == kind && $0.isThere })
    }
    switch end {
    case .normal: break
    case .terminated: kill(child.pid, SIGTERM)
    case .killed: kill(child.pid, SIGKILL)
    }
    let outcome = try await child.outcome()
    #expect(outcome.status == (end == .normal ? 0 : nil))
    // The kernel takes things down in its own time.
    #expect(try await eventually { !holdings.contains(where: \.isThere) })
  }

  /// Nothing is pinned either, so that it could be found again.
  @Test func nothingIsPinned() async throws {
    let before = try await pinned()
    _ = try await Nettop.output(["list", "--no-wait"])
    #expect(try await pinned() == before)
  }

  private func pinned() async throws -> String {
    try await Child.run(["sh", "-c", "find /sys/fs/bpf -name '*nettop*' 2>/dev/null"]).text
  }
}
