import Connections

extension DetailsGroup {
  static let roundTripTime = DetailsGroup(
    "Round-trip time",
    of: [.connection],
    isOfSocket: true,
    [
      DetailsFigure("rtt", "smoothed round-trip time") { $1.microseconds($0.rtt) },
      DetailsFigure("rttvar", "its mean deviation") { $1.microseconds($0.rttVariance) },
      DetailsFigure("minrtt", "lowest recent rtt: the path without queues") {
        $1.microseconds($0.minRTT)
      },
      DetailsFigure("queueing", "rtt minus minrtt: queueing or delayed ACKs") {
        socket,
        text in
        guard let rtt = socket.rtt, let least = socket.minRTT else { return nil }
        return text.microseconds(rtt > least ? rtt - least : 0)
      },
      DetailsFigure("rcv_rtt", "estimated by the receiver") { $1.microseconds($0.receiverRTT) },
    ]
  )

  static let windows = DetailsGroup(
    "Windows",
    of: [.connection],
    isOfSocket: true,
    [
      DetailsFigure("cwnd", "congestion window: what may be in flight") {
        $1.segments($0.congestionWindow)
      },
      DetailsFigure("ssthresh", "slow start threshold; - if not set") {
        $1.segments($0.slowStartThreshold)
      },
      DetailsFigure(
        "snd_wnd",
        "receive window of the peer",
        isNotable: { $0.sendWindow == 0 },
        { $1.bytes($0.sendWindow) }
      ),
      DetailsFigure(
        "rcv_wnd",
        "receive window of this end",
        isNotable: { $0.receiveWindow == 0 },
        { $1.bytes($0.receiveWindow) }
      ),
      DetailsFigure("rcv_ssthresh", "limit of the advertised window") {
        $1.bytes($0.receiveThreshold)
      },
      DetailsFigure("rcv_space", "target of receive buffer auto-tuning") {
        $1.bytes($0.receiveSpace)
      },
      DetailsFigure("wscale", "window scale: peer, this end") { socket, _ in
        "\(socket.sendWindowScale),\(socket.receiveWindowScale)"
      },
    ]
  )

  static let congestionControl = DetailsGroup(
    "Congestion control",
    of: [.connection, .listener],
    isOfSocket: true,
    [
      DetailsFigure("algorithm", "congestion control algorithm") { socket, _ in
        socket.congestionControl
      },
      DetailsFigure("details", "as reported by the algorithm", isLong: true, isOptional: true) {
        socket,
        _ in
        CongestionText.text(socket.congestionDetails)
      },
    ]
  )

  static let pacing = DetailsGroup(
    "Pacing and delivery",
    of: [.connection],
    isOfSocket: true,
    [
      DetailsFigure("send", "rate that cwnd allows: cwnd * mss / rtt") { socket, text in
        guard let rtt = socket.rtt, rtt > 0 else { return nil }
        let bytes = UInt64(socket.congestionWindow) * UInt64(socket.sendMSS)
        return text.rate(UInt64(Double(bytes) / Double(rtt) * 1e6))
      },
      DetailsFigure("pacing_rate", "rate at which segments are sent") { $1.rate($0.pacingRate) },
      DetailsFigure("max_pacing_rate", "limit set by the program; - for none") {
        $1.rate($0.maxPacingRate)
      },
      DetailsFigure("delivery_rate", "recent rate of delivery to the peer") {
        $1.rate($0.deliveryRate)
      },
      DetailsFigure("app_limited", "whether that was application-limited") { socket, _ in
        socket.deliveryRate == nil ? nil : socket.isDeliveryRateAppLimited ? "yes" : "no"
      },
      DetailsFigure("busy", "time with data to send") { $1.microseconds($0.busyTime) },
      DetailsFigure("rwnd_limited", "of that, with the peer's window full") {
        $1.microseconds($0.receiveWindowLimited, of: $0.busyTime)
      },
      DetailsFigure("sndbuf_limited", "of that, with the send buffer full") {
        $1.microseconds($0.sendBufferLimited, of: $0.busyTime)
      },
    ]
  )

  static let sizes = DetailsGroup(
    "MSS and MTU",
    of: [.connection],
    isOfSocket: true,
    [
      DetailsFigure("mss", "largest segment sent") { $1.size($0.sendMSS) },
      DetailsFigure("pmtu", "largest packet on the path") { $1.size($0.pathMTU) },
      DetailsFigure("rcvmss", "estimated size of segments received") { $1.size($0.receiveMSS) },
      DetailsFigure("advmss", "largest segment this end advertised") { $1.size($0.advertisedMSS) },
    ]
  )
}
