internal import CTracer
import Connections

/// Programs of the kernel half that not every kernel can run: without them only their figures are
/// missing.
struct OptionalProgram {
  /// What a kernel has to have.
  enum Need {
    /// A tracepoint with so many arguments at least.
    case tracepoint(String, arguments: Int)
    /// A function whose end can be hooked.
    case functionEnd(String)
  }

  let name: String
  let need: Need
  let limitation: Limitation

  static let all = accepts + connects + retransmits + resets + [closers, errors, drops]

  private static let accepts = ["inet_accept", "mptcp_stream_accept"].map { function in
    OptionalProgram(
      name: function,
      need: .functionEnd(function),
      limitation: Limitation(
        what: "owners at accept",
        remedy: "This kernel allows no hooks on its functions, so the process is that of the"
          + " listener until a scan finds it. A kernel with CONFIG_FUNCTION_TRACER, and without"
          + " a hypervisor or security module that refuses fexit programs, reports it at once."
      )
    )
  }

  private static let connects = ["tcp_v4_connect", "tcp_v6_connect"].map { function in
    OptionalProgram(
      name: function == "tcp_v4_connect" ? "connect_failed_v4" : "connect_failed_v6",
      need: .functionEnd(function),
      limitation: Limitation(
        what: "connects that fail before a SYN",
        remedy: "This kernel allows no hooks on its functions, so an attempt that no route or"
          + " address allows is not seen; one that finds no free port is. A kernel with"
          + " CONFIG_FUNCTION_TRACER that does not refuse fexit programs shows them all."
      )
    )
  }

  private static let retransmits = [
    OptionalProgram(
      name: "retransmitted",
      need: .tracepoint("tcp_retransmit_skb", arguments: 2),
      limitation: Limitation(
        what: "retransmits by cause",
        remedy:
          "This kernel has no tracepoint tcp_retransmit_skb, so only their total is known. Use"
          + " a distribution's kernel."
      )
    ),
    OptionalProgram(
      name: "handshake_retransmitted",
      need: .tracepoint("tcp_retransmit_synack", arguments: 2),
      limitation: Limitation(
        what: "retransmitted SYN-ACKs",
        remedy: "This kernel has no tracepoint tcp_retransmit_synack. Use a distribution's kernel."
      )
    ),
  ]

  private static let resets = [
    OptionalProgram(
      name: "reset_sent",
      need: .tracepoint("tcp_send_reset", arguments: 2),
      limitation: Limitation(
        what: "resets sent",
        remedy: "This kernel has no tracepoint tcp_send_reset. Use a distribution's kernel."
      )
    ),
    OptionalProgram(
      name: "reset_received",
      need: .tracepoint("tcp_receive_reset", arguments: 1),
      limitation: Limitation(
        what: "resets received",
        remedy: "This kernel has no tracepoint tcp_receive_reset. Use a distribution's kernel."
      )
    ),
  ]

  private static let closers = OptionalProgram(
    name: "destroyed",
    need: .tracepoint("tcp_destroy_sock", arguments: 1),
    limitation: Limitation(
      what: "owners of connections that the peer ends",
      remedy: "This kernel has no tracepoint tcp_destroy_sock, so the process of a connection that"
        + " its peer resets at once is that of the listener. Use a distribution's kernel."
    )
  )

  private static let errors = OptionalProgram(
    name: "error_reported",
    need: .tracepoint("inet_sk_error_report", arguments: 1),
    limitation: Limitation(
      what: "ICMP answers to connects",
      remedy: "This kernel has no tracepoint inet_sk_error_report, so an attempt whose process has"
        + " fetched such an error looks as if it had been given up. Use a distribution's kernel."
    )
  )

  private static let drops = OptionalProgram(
    name: "packet_dropped",
    need: .tracepoint("kfree_skb", arguments: 3),
    limitation: Limitation(
      what: "reasons for drops",
      remedy: "The tracepoint kfree_skb has no reason before Linux 5.17, so only the total of each"
        + " socket is known. Use a newer kernel."
    )
  )

  /// The function whose end it hooks.
  var function: String? {
    if case .functionEnd(let name) = need { name } else { nil }
  }

  /// The tracepoint that it is attached to.
  var tracepoint: String? {
    if case .tracepoint(let name, _) = need { name } else { nil }
  }

  /// Whether the kernel can run it.
  func isPossible(_ features: KernelFeatures) -> Bool {
    switch need {
    case .tracepoint(let name, let arguments): features.arguments(of: name) >= arguments
    case .functionEnd(let name): features.canHook(name)
    }
  }
}

/// An argument that a tracepoint got with a later kernel, which a program reads where it is there.
struct OptionalArgument {
  let feature: nettop_feature
  let tracepoint: String
  /// With so many arguments it is among them.
  let arguments: Int
  let limitation: Limitation

  static let all = [
    OptionalArgument(
      feature: NETTOP_FEATURE_RESET_REASON,
      tracepoint: "tcp_send_reset",
      arguments: 3,
      limitation: Limitation(
        what: "reasons for resets",
        remedy: "Linux 6.10 and later report them. Use a newer kernel."
      )
    ),
    OptionalArgument(
      feature: NETTOP_FEATURE_DROP_SOCKET,
      tracepoint: "kfree_skb",
      arguments: 4,
      limitation: Limitation(
        what: "reasons for incoming drops",
        remedy: "Linux 6.11 and later report the socket of an incoming packet. Use a newer kernel."
      )
    ),
  ]
}
