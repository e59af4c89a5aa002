import Connections

/// A way to follow UDP sockets and to count their datagrams: its programs, and where they run.
struct DatagramMethod {
  /// A program of the kernel half, and the kernel's function that it hooks, if it does.
  struct Program {
    let name: String
    var function: String?
    /// Whether older kernels have no such function and need none.
    var isOptional = false
  }

  let name: SourceHealth.UDPMethod
  /// Sockets first: a datagram asks for its socket.
  let programs: [Program]
  /// What the kernel refuses where it refuses the programs, in a sentence after "refused".
  let what: String

  /// The best first: function hooks cost other protocols nothing, programs at a cgroup see each of
  /// their packets.
  static let all = [
    DatagramMethod(
      name: .functions,
      programs: [
        Program(name: "udp_made_v4", function: "udp_init_sock"),
        Program(name: "udp_made_v6", function: "udpv6_init_sock", isOptional: true),
        Program(name: "udp_closed_v4", function: "udp_destroy_sock"),
        Program(name: "udp_closed_v6", function: "udpv6_destroy_sock"),
        Program(name: "datagram_sent_v4", function: "ip_send_skb"),
        Program(name: "datagram_sent_v6", function: "ip6_send_skb"),
        Program(name: "datagram_arrived", function: "__udp_enqueue_schedule_skb"),
      ],
      what: "the hooks on its UDP functions"
    ),
    DatagramMethod(
      name: .cgroup,
      programs: ["udp_created", "udp_released", "datagram_sent", "datagram_received"].map {
        Program(name: $0)
      },
      what: "the programs at the root of cgroup v2"
    ),
  ]

  /// The names of those programs that a kernel has a place for; `nil` if not of all it needs.
  ///
  /// - Parameters:
  ///   - hasHooks: whether it allows hooks on functions.
  ///   - canHook: whether it has a function to hook.
  func possible(hasHooks: Bool, canHook: (String) -> Bool) -> [String]? {
    var names: [String] = []
    for program in programs {
      if let function = program.function, !canHook(function) {
        guard program.isOptional, hasHooks else { return nil }
      } else {
        names.append(program.name)
      }
    }
    return names
  }
}
