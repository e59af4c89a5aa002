import Connections
import Glibc
import Monitor
import SystemPackage
import Terminal
import Tracer

/// A check of the host and the rights, before anything is traced.
struct HostCheck: Sendable {
  let name: String
  private let look: @Sendable (HostFacts) -> (Finding.Status, String, String?)

  private init(
    _ name: String,
    _ look: @escaping @Sendable (HostFacts) -> (Finding.Status, String, String?)
  ) {
    self.name = name
    self.look = look
  }

  func finding(_ facts: HostFacts) -> Finding {
    let (status, message, cure) = look(facts)
    return Finding(name, status, message, cure: cure)
  }

  static let all = [
    HostCheck("kernel") { facts in
      let message = "Linux \(facts.release); the source bpf needs \(facts.oldestRelease) or later"
      if facts.isTooOld { return (.failure, message, "use a newer kernel") }
      return (.ok, message, nil)
    },
    HostCheck("types") { facts in
      if facts.hasTypes { return (.ok, "the kernel describes its types (BTF)", nil) }
      return (
        .failure, "/sys/kernel/btf/vmlinux cannot be read",
        "use a kernel built with CONFIG_DEBUG_INFO_BTF, as distribution kernels are; mount /sys"
      )
    },
    HostCheck("capabilities") { facts in
      guard var missing = facts.missingCapabilities else {
        return (.warning, "cannot be read from /proc/self/status", "mount /proc")
      }
      missing.removeAll(where: Rights.givenUp.contains)
      if missing.isEmpty { return (.ok, "all required ones are present", nil) }
      let list = missing.map { "\($0.name) (\($0.purpose))" }.joined(separator: ", ")
      return (
        missing.contains(where: \.isEssential) ? .failure : .warning,
        "missing: \(list)",
        "run it as root: sudo nettop doctor; in a container, with --privileged"
      )
    },
    HostCheck("rights") { _ in rights(try? ProcessStatus.own(), areRaised: Rights.areRaised) },
    HostCheck("lockdown") { facts in
      switch facts.lockdown {
      case nil: (.ok, "none active", nil)
      case .some(.none): (.ok, "none", nil)
      case .integrity: (.ok, "integrity: programs may read the kernel", nil)
      case .confidentiality:
        (
          .failure, "confidentiality: programs may not read the kernel",
          "boot with lockdown=integrity or without lockdown"
        )
      }
    },
    HostCheck("security modules") { facts in
      if facts.securityModules.isEmpty { return (.ok, "none active", nil) }
      return (.ok, facts.securityModules.joined(separator: ", "), nil)
    },
    HostCheck("PID namespace") { facts in
      if facts.isInHostPIDNamespace { return (.ok, "the host's", nil) }
      return (
        .warning, "a container's: processes outside it have no PID and no command line here",
        "run it on the host, or with --pid=host"
      )
    },
    HostCheck("/proc") { facts in
      let seesAll = !(facts.missingCapabilities ?? []).contains { $0.name == "CAP_SYS_PTRACE" }
      if !facts.hidesProcesses { return (.ok, "shows all processes", nil) }
      if seesAll { return (.ok, "hides processes (hidepid), but not from CAP_SYS_PTRACE", nil) }
      return (
        .warning, "hides the processes of other users (hidepid)",
        "run it with CAP_SYS_PTRACE, or mount /proc without hidepid"
      )
    },
    HostCheck("namespaces") { _ in namespaces(NetworkNamespace.visitAll { _ in }) },
    HostCheck("sock_diag") { _ in
      socketDiagnosis([TransportProtocol.tcp, .udp].filter(isWithoutDiagnosis))
    },
    HostCheck("terminal", terminal),
  ]

  /// - Parameters:
  ///   - status: of this process; `nil` if it cannot be read.
  ///   - areRaised: whether its caller has fewer rights.
  static func rights(
    _ status: ProcessStatus?,
    areRaised: Bool
  ) -> (Finding.Status, String, String?) {
    guard let status else {
      return (.warning, "cannot be read from /proc/self/status", "mount /proc")
    }
    var parts = [status.effectiveUser == 0 ? "root" : "user \(status.effectiveUser)"]
    if areRaised {
      parts.append("by capabilities of its file: acts only on processes of user \(status.realUser)")
    }
    let names = Capability.names(in: status.capabilities)
    parts.append(names.isEmpty ? "no capabilities" : "keeps only \(names.joined(separator: ", "))")
    if status.gainsNoRights { parts.append("gains no others (no_new_privs)") }
    return (.ok, parts.joined(separator: "; "), nil)
  }

  static func namespaces(
    _ visits: NamespaceVisits<Void>
  ) -> (Finding.Status, String, String?) {
    let entered = visits.values.count
    let count = "\(entered) network namespace\(entered == 1 ? "" : "s") entered"
    guard let reason = visits.refusal else { return (.ok, count, nil) }
    let missing =
      visits.unlisted == nil
      ? "\(visits.refused.count) cannot be entered" : "others cannot be listed"
    return (
      .warning,
      "\(count), \(missing) (\(reason)): sockets that no"
        + " process holds cannot be found there, and nothing there is compared",
      NetworkNamespace.cure(of: reason)
    )
  }

  private static func isWithoutDiagnosis(_ proto: TransportProtocol) -> Bool {
    do throws(Errno) {
      try SocketDump.probe(UInt8(truncatingIfNeeded: proto.rawValue))
      return false
    } catch {
      return error == .protocolNotSupported
    }
  }

  /// - Parameter missing: the protocols about whose sockets the kernel answers nothing.
  static func socketDiagnosis(
    _ missing: [TransportProtocol]
  ) -> (Finding.Status, String, String?) {
    if missing.isEmpty { return (.ok, "reports single TCP and UDP sockets", nil) }
    let modules = missing.map(\.diagnosisModule)
    return (
      .warning,
      "the kernel reports nothing about single sockets of"
        + " \(missing.map { $0.name.uppercased() }.joined(separator: " and ")):"
        + " details lack its figures\(missing.contains(.tcp) ? ", and K cannot close" : "")",
      "modprobe \(modules.joined(separator: " ")) on the host, if the kernel was built with"
        + " \(modules.count == 1 ? "it" : "them")"
    )
  }

  private static func terminal(_ facts: HostFacts) -> (Finding.Status, String, String?) {
    guard let terminal = TerminalFacts(STDOUT_FILENO) ?? TerminalFacts(STDERR_FILENO) else {
      return (.ok, "not checked (stdout is not a terminal)", nil)
    }
    let name = terminal.name ?? "without TERM"
    guard let depth = terminal.colorDepth else {
      return (
        .failure, "\(name): unknown to this host (no terminfo entry)",
        "set TERM to a known type, such as xterm-256color"
      )
    }
    let characters = Host.isUTF8 ? "UTF-8" : "ASCII only"
    let size = terminal.width > 0 ? ", \(terminal.width)x\(terminal.height)" : ""
    let message = "\(name)\(size), \(depth.text), \(characters)"
    if !Host.isUTF8 { return (.warning, message, "set LANG to a UTF-8 locale, such as C.UTF-8") }
    if terminal.width > 0, terminal.width < 80 {
      return (.warning, message, "use 80 columns or more")
    }
    return (.ok, message, nil)
  }
}

extension ColorDepth {
  fileprivate var text: String {
    switch self {
    case .none: "no colours"
    case .eight: "8 colours"
    case .sixteen: "16 colours"
    case .palette: "256 colours"
    case .direct: "all colours"
    }
  }
}
