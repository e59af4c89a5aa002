import Connections
import SystemPackage

extension Limitation {
  /// What sock_diag never reports.
  static func ofDiag(
    followsUDP: Bool,
    unsupported: Set<TransportProtocol>,
    withoutEvents: SourceError?
  ) -> [Limitation] {
    let cure = "only the source bpf reports them: Linux 5.14 or later with BTF, and root"
    var limitations = [
      Limitation(what: "causes of retransmits and drops", remedy: cure),
      Limitation(what: "connections that a listener has accepted", remedy: cure),
    ]
    if let withoutEvents {
      let missing = Limitation(
        what: "who opened a connection that has ended, exact times and reasons of ends",
        remedy: "\(withoutEvents.problem): \(withoutEvents.advice)"
      )
      limitations.insert(missing, at: 0)
    }
    if !followsUDP {
      limitations.append(.withoutUDP)
    } else if unsupported.contains(.udp) {
      limitations.append(
        Limitation(
          what: "UDP sockets",
          remedy:
            "this kernel does not list them: modprobe \(TransportProtocol.udp.diagnosisModule)",
          extent: .connections("udp")
        )
      )
    } else {
      limitations.append(Limitation(what: "bytes and datagrams of UDP", remedy: cure))
    }
    return limitations
  }

  /// Namespaces whose sockets are not read; `nil` if all are.
  static func unread(
    _ visits: NamespaceVisits<NamespaceSockets?>,
    _ shortage: Errno?
  ) -> Limitation? {
    guard let reason = shortage ?? visits.refusal else { return nil }
    let missing =
      visits.unlisted == nil
      ? NetworkNamespace.counted(max(1, visits.refused.count)) : "other namespaces"
    return Limitation(
      what: "connections in \(missing)",
      remedy: "\(missing) cannot be read (\(reason)): \(NetworkNamespace.cure(of: reason))",
      extent: .connections("namespaces")
    )
  }
}

extension SourceError {
  /// Why sock_diag answers nothing.
  static func withoutDiagnosis(_ error: Errno) -> SourceError {
    if error.isShortageOfFiles {
      return SourceError(
        .failed,
        "too many files are open to ask the kernel for its sockets",
        advice: OpenFiles.cure(error)
      )
    }
    return SourceError(
      .unsupported,
      "this kernel does not list its TCP sockets (sock_diag)",
      advice:
        "modprobe inet_diag tcp_diag on the host, or use a kernel built with CONFIG_INET_DIAG",
      detail: error.description
    )
  }
}

extension ProcFS {
  /// Whether the kernel has MPTCP, so that a list of its sockets loads no module for nothing.
  var hasMPTCP: Bool { read("sys/net/mptcp/enabled") != nil }
}
