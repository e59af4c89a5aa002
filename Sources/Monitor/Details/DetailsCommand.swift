package import Connections

/// A command that shows one connection with another tool, to be copied into a shell.
package struct DetailsCommand: Hashable, Sendable {
  /// What it shows.
  package let title: String
  package let words: [String]

  /// As typed into a shell.
  package var text: String { words.map(ShellWord.quoted).joined(separator: " ") }

  /// The command in lines of at most this many columns, as far as its words allow: a shell takes
  /// them together.
  package func lines(columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words.map(ShellWord.quoted) {
      // The line continuation takes two columns.
      if !line.isEmpty, line.count + 1 + word.count + 2 > columns {
        lines.append("\(line) \\")
        line = ""
      }
      line += line.isEmpty ? word : " \(word)"
    }
    return lines + [line]
  }

  /// The commands for a connection or listener; none where its namespace cannot be named.
  ///
  /// - Parameter pid: a process in the namespace, for one that has no name.
  package static func all(
    for connection: Connection,
    in namespace: NetworkNamespace?,
    pid: Int32?
  ) -> [DetailsCommand] {
    guard let way = Way(into: namespace, pid: pid) else { return [] }
    let (local, remote) = (connection.local, connection.remote)
    var ss = way.ss
    var tcpdump = way.prefix + ["tcpdump", "-ni", "any", connection.proto == .udp ? "udp" : "tcp"]
    if connection.isListener {
      ss += [connection.proto.ssOption + "linpemO", "src", local.unzoned.description]
      if !local.address.isUnspecified { tcpdump += ["and", "host", "\(local.address.unzoned)"] }
      tcpdump += ["and", "port", "\(local.port)"]
    } else {
      ss += [connection.proto.ssOption + "ainpemO", "src"]
      // The socket of a flow can have neither end as its own, but the port.
      ss +=
        connection.proto == .udp
        ? [":\(local.port)"]
        : [local.unzoned.description, "and", "dst", remote.unzoned.description]
      for end in [local, remote] {
        tcpdump += ["and", "host", "\(end.address.unzoned)", "and", "port", "\(end.port)"]
      }
    }
    let packets = DetailsCommand(title: "its packets", words: tcpdump)
    if connection.proto == .mptcp { ss.append("-M") }
    // The kernel forgets a socket when it ends.
    if connection.end != nil { return [packets] }
    return [DetailsCommand(title: "its kernel figures", words: ss), packets]
  }
}

/// How a command enters a network namespace from a shell in nettop's own.
private struct Way {
  /// The words before a command.
  let prefix: [String]
  /// The start of a command of `ss`, which enters named namespaces by itself.
  let ss: [String]

  init?(into namespace: NetworkNamespace?, pid: Int32?) {
    // A name that is not shown as it is cannot be copied from the screen.
    let name = namespace?.name.flatMap { name in
      name.utf8.allSatisfy { 0x21 <= $0 && $0 < 0x7f } && !name.hasPrefix("-") ? name : nil
    }
    // The shell is in it already, and an ordinary user may not enter it.
    if namespace?.isOwn == true {
      (prefix, ss) = ([], ["ss"])
      return
    }
    switch (namespace?.nameSource, name) {
    case (.ipNetns, .some(let name)):
      (prefix, ss) = (["ip", "netns", "exec", name], ["ss", "-N", name])
    default:
      guard let pid else { return nil }
      prefix = ["nsenter", "--net=/proc/\(pid)/ns/net"]
      ss = prefix + ["ss"]
    }
  }
}

extension TransportProtocol {
  /// The option by which `ss` shows its sockets.
  fileprivate var ssOption: String {
    switch self {
    case .tcp: "-t"
    case .udp: "-u"
    case .mptcp: "-M"
    }
  }
}
