import Connections

extension DetailsGroup {
  static let state = DetailsGroup(
    "State and timers",
    of: [.connection, .small],
    isOfSocket: true,
    [
      DetailsFigure("state", "state of the connection") { socket, _ in socket.state.name },
      DetailsFigure("timer", "active timer, and when it expires") { socket, text in
        let name = socket.timer.name
        return socket.timer == .none
          ? name : text.milliseconds(socket.timerExpires).map { "\(name)  in \($0)" }
      },
      DetailsFigure(
        "ca_state",
        "congestion state; Open is normal",
        isNotable: { $0.congestionState == .recovery || $0.congestionState == .loss },
        { socket, _ in socket.congestionState.name }
      ),
      DetailsFigure("rto", "retransmission timeout") { $1.microseconds($0.retransmissionTimeout) },
      DetailsFigure(
        "backoff",
        "times the timeout was doubled",
        isNotable: { $0.backoff > 0 },
        { $1.count($0.backoff) }
      ),
      DetailsFigure(
        "retransmits",
        "times the oldest segment was resent",
        isNotable: { $0.retransmitsInFlight > 0 },
        { $1.count($0.retransmitsInFlight) }
      ),
      DetailsFigure(
        "probes",
        "unanswered window or keepalive probes",
        isNotable: { $0.probes > 0 },
        { $1.count($0.probes) }
      ),
      DetailsFigure("ato", "delayed-ACK timeout") { $1.microseconds($0.delayedACKTimeout) },
      DetailsFigure("lastsnd", "time since data was sent") { $1.milliseconds($0.lastDataSent) },
      DetailsFigure("lastrcv", "time since data was received") {
        $1.milliseconds($0.lastDataReceived)
      },
      DetailsFigure("lastack", "time since an ACK was received") {
        $1.milliseconds($0.lastACKReceived)
      },
    ]
  )

  static let options = DetailsGroup(
    "Options",
    of: [.connection],
    isOfSocket: true,
    [
      option("ts", "timestamps", .timestamps),
      option("sack", "selective acknowledgements", .sack),
      option("wscale", "window scaling", .windowScaling),
      option("ecn", "explicit congestion notification negotiated", .ecn),
      option("ecnseen", "a packet with an ECN mark was seen", .ecnSeen),
      option("fastopen", "data in the SYN was acknowledged", .synData),
      DetailsFigure("tos", "type of service or traffic class") { socket, _ in
        socket.typeOfService.map { "0x\(hexadecimal($0))" }
      },
      DetailsFigure("fwmark", "firewall mark of its packets") { socket, _ in
        socket.mark.map { "0x\(hexadecimal($0))" }
      },
    ]
  )

  private static func hexadecimal(_ number: some UnsignedInteger) -> String {
    String(number, radix: 16)
  }

  private static func option(
    _ label: String,
    _ meaning: String,
    _ option: SocketDetails.Options
  ) -> DetailsFigure {
    DetailsFigure(label, meaning) { socket, _ in socket.options.contains(option) ? "yes" : "no" }
  }
}

extension SocketDetails.Timer {
  /// As `ss -o` names it.
  var name: String {
    switch self {
    case .none: "none"
    case .retransmit: "on"
    case .keepalive: "keepalive"
    case .timeWait: "timewait"
    case .zeroWindowProbe: "persist"
    }
  }
}
