import Connections
import Glibc

/// How far the rights of this process reach for sock_diag.
struct DiagRights {
  /// Whether the kernel reports freed sockets to it (CAP_NET_ADMIN).
  let isNotified: Bool
  /// Whether it may enter the network namespaces of others (CAP_SYS_ADMIN).
  let entersNamespaces: Bool
  /// Whether it may look at the files of other users' processes (CAP_SYS_PTRACE and, for the directory
  /// that has them, CAP_DAC_READ_SEARCH).
  private let seesProcesses: Bool

  init(proc: ProcFS) {
    let missing = proc.read("self/status").flatMap(Capability.missing)
    func has(_ name: String) -> Bool { missing?.contains { $0.name == name } == false }
    isNotified = has("CAP_NET_ADMIN")
    entersNamespaces = has("CAP_SYS_ADMIN")
    seesProcesses = has("CAP_SYS_PTRACE") && has("CAP_DAC_READ_SEARCH")
  }

  /// Whether this process may load the programs of the source `bpf`.
  static var mayLoad: Bool {
    let missing = ProcFS().read("self/status").flatMap(Capability.missing) ?? []
    return !missing.contains(where: \.isEssential)
  }

  /// What brings what an ordinary user lacks.
  private static let cure = "sudo nettop, or make install-caps"

  /// Why sock_diag stands in for BPF.
  static func notice(for refusal: SourceError) -> SourceHealth.Notice {
    if geteuid() != 0, refusal.code == .notPermitted || !mayLoad {
      return SourceHealth.Notice(
        reason: "own namespace, owners of your processes",
        remedy: "for all: \(cure)",
        firstRemedy: "for all: sudo nettop"
      )
    }
    return SourceHealth.Notice(reason: "no BPF: \(refusal.problem)", remedy: refusal.advice)
  }

  /// - Parameter isNotified: whether the kernel reports freed sockets, in all namespaces.
  func limitations(isNotified: Bool) -> [Limitation] {
    var limitations: [Limitation] = []
    if !entersNamespaces {
      limitations.append(
        Limitation(
          what: "other network namespaces",
          remedy: "entering them needs CAP_SYS_ADMIN: \(Self.cure)",
          extent: .connections("namespaces")
        )
      )
    }
    if !seesProcesses {
      limitations.append(
        Limitation(
          what: "processes of other users",
          remedy:
            "looking at their files needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH: \(Self.cure)"
        )
      )
    }
    if !isNotified {
      limitations.append(
        Limitation(
          what: "connections that open and end between two samples, final figures",
          remedy:
            "the kernel reports the sockets that it frees with CAP_NET_ADMIN only: \(Self.cure)",
          extent: .connections("short_lived")
        )
      )
    }
    return limitations
  }
}
