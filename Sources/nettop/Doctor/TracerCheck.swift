import Monitor
import Tracer

/// A check of what a tracer that runs tells of itself.
struct TracerCheck: Sendable {
  let name: String
  private let look: @Sendable (Health, HostFacts) -> (Finding.Status, String, String?)

  private init(
    _ name: String,
    _ look: @escaping @Sendable (Health, HostFacts) -> (Finding.Status, String, String?)
  ) {
    self.name = name
    self.look = look
  }

  func finding(_ health: Health, _ facts: HostFacts) -> Finding {
    let (status, message, cure) = look(health, facts)
    return Finding(name, status, message, cure: cure)
  }

  static let all = [
    TracerCheck("function hooks") { health, _ in
      if health.acceptsSeen {
        return (.ok, "the owner of an accepted connection is known at once", nil)
      }
      return (.ok, "refused here; the gaps below are what that means", nil)
    },
    TracerCheck("pass") { _, facts in
      if facts.hasTypedPass { return (.ok, "reads sockets by their type (bpf_rdonly_cast)", nil) }
      return (.ok, "reads sockets by copies, at twice the cost; Linux 6.2 has the other way", nil)
    },
    TracerCheck("cgroup v2") { health, facts in
      let isNeeded = health.udp != .functions && health.udp != .off
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
    TracerCheck("UDP") { health, _ in
      switch health.udp {
      case .functions: (.ok, "every datagram is counted by hooks on the kernel's functions", nil)
      case .cgroup:
        (
          .ok,
          "every datagram is counted by programs at the root of cgroup v2, which look at each packet"
            + " of TCP too, for about 100 ns; --no-udp spares that",
          nil
        )
      case .off: (.ok, "not followed", nil)
      case .unavailable(let reason):
        (.warning, "not followed: \(reason)", "see the line about cgroup v2 above")
      }
    },
    TracerCheck("tables") { health, facts in
      let room = "\(Quantity.grouped(health.tracked)) of \(Quantity.grouped(health.capacity))"
      let memory =
        health.mapBytes > 0 ? ", \(Quantity.bytes(health.mapBytes)) of the kernel's memory" : ""
      let message = "\(room) sockets followed\(memory)"
      if health.tracked > health.capacity / 2 {
        return (.warning, message, "give it more room: --capacity \(2 * health.tracked)")
      }
      if let available = facts.availableMemory, health.mapBytes > available / 2 {
        return (.warning, message, "free some memory, or ask for less with --capacity")
      }
      return (.ok, message, nil)
    },
  ]
}
