import Connections
import Monitor
import Tracer

/// A check of what a tracer that runs reports about itself.
struct TracerCheck: Sendable {
  let name: String
  /// Whether it is of every source, not of BPF alone.
  let isOfAll: Bool
  private let look: @Sendable (SourceHealth, HostFacts) -> (Finding.Status, String, String?)

  private init(
    _ name: String,
    isOfAll: Bool = false,
    _ look: @escaping @Sendable (SourceHealth, HostFacts) -> (Finding.Status, String, String?)
  ) {
    self.name = name
    self.isOfAll = isOfAll
    self.look = look
  }

  func finding(_ health: SourceHealth, _ facts: HostFacts) -> Finding {
    let (status, message, cure) = look(health, facts)
    return Finding(name, status, message, cure: cure)
  }

  static let all = [
    TracerCheck("system calls") { _, _ in
      if (try? ProcessStatus.own())?.hasFilter == true {
        return (.ok, "those that nettop needs no more are refused (seccomp)", nil)
      }
      return (.ok, "none are refused: this kernel has no filters for them (seccomp)", nil)
    },
    TracerCheck("function hooks") { health, _ in
      if health.acceptsSeen {
        return (.ok, "the owner of an accepted connection is known at once", nil)
      }
      return (.ok, "not available; see the limitations below", nil)
    },
    TracerCheck("pass") { _, facts in
      if facts.hasTypedPass { return (.ok, "reads sockets directly (bpf_rdonly_cast)", nil) }
      return (
        .ok, "reads copies of sockets, at twice the cost; Linux 6.2 and later avoid that", nil
      )
    },
    TracerCheck("cgroup v2") { health, facts in
      let isNeeded =
        health.udp != .functions && !health.limitations.contains { $0.extent == .chosen }
      guard let mount = facts.cgroups else {
        if !isNeeded { return (.ok, "not mounted; UDP is counted without it", nil) }
        return (
          .warning, "not mounted: UDP cannot be counted by cgroup programs",
          "mount -t cgroup2 none /sys/fs/cgroup/unified"
        )
      }
      if !isNeeded || facts.isInHostCgroupNamespace && mount.root == "/" {
        return (.ok, "mounted at \(mount.path)", nil)
      }
      let place = facts.isInHostCgroupNamespace ? "a part, \(mount.root)" : "a container's part"
      return (
        .warning, "mounted at \(mount.path): \(place); UDP of other cgroups is not seen",
        "run it on the host, or with --cgroupns=host"
      )
    },
    TracerCheck("UDP", isOfAll: true) { health, _ in
      switch health.udp {
      case .functions: (.ok, "every datagram is counted by hooks on the kernel's functions", nil)
      case .cgroup:
        (
          .ok,
          "every datagram is counted by programs at the root of cgroup v2, which also run for each TCP"
            + " packet, for about 100 ns; --no-udp avoids that",
          nil
        )
      case .sockets: (.ok, "sockets, their queues and drops; no datagram is counted", nil)
      case .off: (.ok, "not followed", nil)
      }
    },
    TracerCheck("tables") { health, facts in
      let room = "\(Quantity.grouped(health.tracked)) of \(Quantity.grouped(health.capacity))"
      let memory =
        health.mapBytes > 0 ? ", \(Quantity.bytes(health.mapBytes)) of kernel memory" : ""
      let message = "\(room) sockets followed\(memory)"
      if health.tracked > health.capacity / 2 {
        return (.warning, message, "enlarge it: --capacity \(2 * health.tracked)")
      }
      if let available = facts.availableMemory, health.mapBytes > available / 2 {
        return (.warning, message, "free some memory, or use a smaller --capacity")
      }
      return (.ok, message, nil)
    },
  ]
}
