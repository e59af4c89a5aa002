import Connections
import SystemPackage

extension ActionError {
  /// Why the kernel did not close a connection.
  ///
  /// - Parameter isElsewhere: whether the connection is in a network namespace that has to be entered.
  static func closing(_ error: Errno, isElsewhere: Bool = false) -> ActionError {
    switch error {
    case .notPermitted, .permissionDenied:
      ActionError(
        .notPermitted,
        isElsewhere
          ? "closing it needs CAP_NET_ADMIN and CAP_SYS_ADMIN"
          : "closing a connection needs CAP_NET_ADMIN",
        advice: "run nettop as root"
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
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
      ActionError(
        .failed,
        "cannot ask the kernel to close this connection: too many files are open",
        advice: OpenFiles.cure(error)
      )
    default:
      ActionError(
        .failed,
        "the kernel refused to close this connection: \(error)",
        advice: "try again, or end the process that holds it"
      )
    }
  }

  /// Why the kernel could not be asked about a connection: a shortage of files.
  static func asking(_ shortage: Errno) -> ActionError {
    ActionError(
      .failed,
      "cannot ask the kernel about this socket: too many files are open",
      advice: OpenFiles.cure(shortage)
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
        "signalling process \(pid) of another user needs CAP_KILL",
        advice: "run nettop as root"
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
