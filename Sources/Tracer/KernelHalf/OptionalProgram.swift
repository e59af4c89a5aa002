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
    traced(
      "retransmitted",
      at: "tcp_retransmit_skb",
      arguments: 2,
      for: "retransmits by cause",
      without: "so only their total is known"
    ),
    traced(
      "handshake_retransmitted",
      at: "tcp_retransmit_synack",
      arguments: 2,
      for: "retransmitted SYN-ACKs"
    ),
  ]

  private static let resets = [
    traced("reset_sent", at: "tcp_send_reset", arguments: 2, for: "resets sent"),
    traced("reset_received", at: "tcp_receive_reset", arguments: 1, for: "resets received"),
  ]

  private static let closers = traced(
    "destroyed",
    at: "tcp_destroy_sock",
    arguments: 1,
    for: "owners of connections that the peer ends",
    without: "so the process of a connection that its peer resets at once is that of the listener"
  )

  private static let errors = traced(
    "error_reported",
    at: "inet_sk_error_report",
    arguments: 1,
    for: "ICMP answers to connects",
    without: "so an attempt whose process has fetched such an error looks as if it had been given"
      + " up"
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

  /// A program at a tracepoint that kernels have unless somebody built them without it.
  ///
  /// - Parameters:
  ///   - arguments: how many the program reads.
  ///   - what: what is missing without it.
  ///   - consequence: what is reported instead, as the end of a sentence.
  private static func traced(
    _ name: String,
    at tracepoint: String,
    arguments: Int,
    for what: String,
    without consequence: String? = nil
  ) -> OptionalProgram {
    let end = consequence.map { ", \($0)" } ?? ""
    return OptionalProgram(
      name: name,
      need: .tracepoint(tracepoint, arguments: arguments),
      limitation: Limitation(
        what: what,
        remedy: "This kernel has no tracepoint \(tracepoint)\(end). Use a distribution's kernel."
      )
    )
  }

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
