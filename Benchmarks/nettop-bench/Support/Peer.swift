import Glibc

/// Another tool that shows who talks to whom.
struct Peer {
  let name: String
  let arguments: [String]
  /// What nettop does for its cost that this tool does not.
  let difference: String

  private static let captures =
    "it looks at the packets of one interface; it sees no other namespace, no queue and no end"

  /// Bpftrace's `tcptop` is not among them: it needs kprobes, and looks at all namespaces.
  static let all = [
    Peer(name: "nethogs", arguments: ["nethogs", "-t", "-a", "lo"], difference: captures),
    Peer(
      name: "iftop",
      arguments: ["iftop", "-t", "-n", "-N", "-P", "-i", "lo"],
      difference: captures
    ),
    Peer(name: "tcptrack", arguments: ["tcptrack", "-i", "lo"], difference: captures),
    Peer(
      name: "ss",
      arguments: ["sh", "-c", "while :; do ss -tinp; sleep 1; done"],
      difference: "it looks once a second; what opens and closes in between it never sees"
    ),
  ]

  var isInstalled: Bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { access("\($0)/\(name)", X_OK) == 0 }
  }
}

/// A peer at work in a namespace, on a terminal that is read. It ends with this object.
final class RunningPeer {
  let pid: pid_t

  init(_ peer: Peer, in namespace: Namespace, _ terminal: ReadTerminal) throws {
    let command = Command(
      arguments: namespace.entering(peer.arguments),
      terminal: "/proc/\(getpid())/fd/\(terminal.device)"
    )
    pid = try command.start()
  }

  /// Whether it has not ended by itself.
  var isAlive: Bool { kill(pid, 0) == 0 && waitpid(pid, nil, WNOHANG) == 0 }

  deinit {
    kill(pid, SIGTERM)
    let deadline = Clocks.now + 2
    while waitpid(pid, nil, WNOHANG) == 0 {
      if Clocks.now > deadline { kill(pid, SIGKILL) }
      Clocks.sleep(0.01)
    }
  }
}
