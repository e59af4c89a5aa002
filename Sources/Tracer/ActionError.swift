import SystemPackage

/// Why the kernel did not do to a connection or a process what was asked, with what to do about it.
package struct ActionError: Error, Hashable, Sendable {
  package enum Code: Sendable {
    /// The rights for it are missing.
    case notPermitted
    /// The connection or process has ended before.
    case gone
    /// The kernel was built without it.
    case unsupported
    /// It would have no effect.
    case noEffect
    /// Anything else that the kernel refused.
    case failed
  }

  package let code: Code
  /// One sentence: what is wrong.
  package let problem: String
  /// One sentence: what to do about it.
  package let advice: String

  package init(_ code: Code, _ problem: String, advice: String) {
    self.code = code
    self.problem = problem
    self.advice = advice
  }
}

extension ActionError: CustomStringConvertible {
  package var description: String { "\(problem)\n  \(advice)" }
}

extension ActionError {
  /// Why the kernel did not close a connection.
  static func closing(_ error: Errno) -> ActionError {
    switch error {
    case .notPermitted, .permissionDenied:
      ActionError(
        .notPermitted,
        "no permission to close connections of other processes",
        advice: "run nettop as root, or give it CAP_NET_ADMIN and CAP_SYS_ADMIN"
      )
    case .noSuchFileOrDirectory:
      ActionError(
        .gone,
        "this connection has already ended",
        advice: "select one that is still open"
      )
    case .notSupportedOnSocket:
      ActionError(
        .unsupported,
        "this kernel cannot close connections of other processes",
        advice: "use a kernel built with CONFIG_INET_DIAG_DESTROY, or end the process that holds it"
      )
    case .resourceBusy:
      ActionError(
        .unsupported,
        "the kernel cannot close just one of the listeners that share a port",
        advice: "end the process that holds it"
      )
    default:
      ActionError(
        .failed,
        "the kernel refused to close this connection: \(error)",
        advice: "try again, or end the process that holds it"
      )
    }
  }

  /// The kernel has nothing that answers about sockets of a protocol.
  package static func noSocketDiagnosis(of proto: TransportProtocol) -> ActionError {
    let module = proto.diagnosisModule
    return ActionError(
      .unsupported,
      "the kernel reports nothing about single \(proto.name.uppercased()) sockets: its module"
        + " \(module) is not loaded",
      advice: "modprobe \(module) on the host loads it, if the kernel was built with it"
    )
  }

  /// The kernel ends single TCP sockets only.
  static let closingMPTCP = ActionError(
    .unsupported,
    "the kernel cannot close an MPTCP connection as a whole",
    advice: "close its subflows one by one, or end the process that holds it"
  )

  /// A namespace that no process is in and that `ip netns` does not have.
  static func namespaceNotFound(_ inode: UInt32) -> ActionError {
    ActionError(
      .failed,
      "network namespace \(inode) cannot be entered: no process is in it, and it has no name",
      advice: "end the process that holds the connection"
    )
  }

  /// Why a process had no signal sent to it.
  static func signalling(_ pid: Int32, _ error: Errno) -> ActionError {
    switch error {
    case .notPermitted, .permissionDenied:
      ActionError(
        .notPermitted,
        "no permission to send process \(pid) a signal",
        advice: "run nettop as root, or give it CAP_KILL"
      )
    case .noSuchProcess, .invalidArgument:
      ActionError(
        .gone,
        "process \(pid) has already exited",
        advice: "select one that is still running"
      )
    default:
      ActionError(
        .failed,
        "the kernel refused to signal process \(pid): \(error)",
        advice: "try again, or use kill \(pid)"
      )
    }
  }

  static func kernelThread(_ pid: Int32) -> ActionError {
    ActionError(
      .noEffect,
      "process \(pid) is a kernel thread, which ignores signals",
      advice: "close the connection instead"
    )
  }
}
