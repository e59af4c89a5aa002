import Connections
import Glibc

/// How many sockets the kernel counts in a network namespace: `/proc/net/sockstat` and `sockstat6`.
///
/// To list the sockets of a namespace takes milliseconds, as the kernel walks those of all; to read
/// these counts takes tens of microseconds.
package struct SocketCounts: Hashable, Sendable {
  /// `TCP: inuse`, `TCP6: inuse`: listeners and connections, but none in TIME-WAIT or SYN-RECV.
  package var tcp = 0
  package var tcp6 = 0
  /// `UDP: inuse` and `UDP6: inuse`: with a local port.
  package var udp = 0

  /// Those of the namespace of the calling thread; `nil` if the kernel does not report it.
  package static var here: SocketCounts? {
    let proc = ProcFS()
    guard let v4 = proc.read("thread-self/net/sockstat") else { return nil }
    // There is none without IPv6.
    return SocketCounts(v4 + (proc.read("thread-self/net/sockstat6") ?? []))
  }

  /// Reads the text of both files; lines are `TCP: inuse 5 orphan 0 …`.
  init?(_ text: [UInt8]) {
    var counts: [Substring: Int] = [:]
    let lines = String(decoding: text, as: UTF8.self)
    for line in lines.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count >= 3, words[1] == "inuse" { counts[words[0]] = Int(words[2]) }
    }
    guard let tcp = counts["TCP:"], let udp = counts["UDP:"] else { return nil }
    self.tcp = tcp
    tcp6 = counts["TCP6:"] ?? 0
    self.udp = udp + (counts["UDP6:"] ?? 0)
  }

  /// Whether there is a socket of a protocol; `nil` if that is not counted.
  func has(_ proto: TransportProtocol) -> Bool? {
    switch proto {
    case .tcp: tcp + tcp6 > 0
    case .udp: udp > 0
    case .mptcp: nil
    }
  }

  package init() {}
}
