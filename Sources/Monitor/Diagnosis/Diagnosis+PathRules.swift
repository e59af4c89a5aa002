import Connections

extension Diagnosis {
  /// What the path and the peer do to what this end sends.
  static let pathRules: [Rule] = [
    noAnswer, zeroWindow, loss, receiverWindow, congestionWindow, queueing,
  ]

  private static let noAnswer: Rule = { evidence in
    let now = evidence.now
    let repeats = max(UInt32(now.retransmitsInFlight), now.totalRetransmits)
    guard now.state == .synSent, repeats > 0 else { return nil }
    let next =
      now.timer == .retransmit
      ? " The next one is sent in \(evidence.time(UInt64(now.timerExpires) * 1000))." : ""
    return Finding(
      .noAnswer,
      weight: 3,
      "\(repeats + 1) connection requests (SYN) got no answer: the host is down, or a firewall"
        + " drops them. Check that the host can be reached and that the port is open.\(next)"
    )
  }

  private static let zeroWindow: Rule = { evidence in
    let now = evidence.now
    guard evidence.isPeerWindowClosed, evidence.isPeerStalled else { return nil }
    let window = now.sendWindow.map { "snd_wnd \(evidence.bytes($0)), " } ?? ""
    let since = evidence.time(UInt64(now.lastDataSent) * 1000)
    return Finding(
      .zeroWindow,
      weight: 2,
      "The peer's window is full (\(window)unanswered probes: \(now.probes)),"
        + " \(evidence.bytes(now.sendQueue)) is waiting in Send-Q and nothing was sent for \(since):"
        + " the peer's process does not read. Look at that process and its Recv-Q."
    )
  }

  private static let loss: Rule = { evidence in
    let now = evidence.now
    guard evidence.isConnected else { return nil }
    let again = evidence.growth(\.totalRetransmits)
    let isRecovering = now.congestionState == .recovery || now.congestionState == .loss
    let isBackedOff = now.backoff > 0 && now.timer == .retransmit
    guard (again ?? 0) > 0 || isRecovering || isBackedOff else { return nil }
    var facts: [String] = []
    var share: Double?
    // A loss of 5 % of the segments ruins any rate; 0.1 % hardly matters.
    var weight = 0.15
    if let again, again > 0, let sent = evidence.growth(\.dataSegmentsOut) {
      facts.append("\(evidence.part(again, of: sent, "data segments")) were retransmitted")
      share = sent > 0 ? min(1, Double(again) / Double(sent)) : nil
      weight = min(1, max(weight, 20 * (share ?? 0)))
    } else {
      facts.append("\(Quantity.grouped(now.totalRetransmits)) segments were retransmitted so far")
    }
    if isRecovering { facts.append("ca_state is \(now.congestionState.name)") }
    if isBackedOff {
      let timeout = evidence.time(now.retransmissionTimeout)
      facts.append("the timeout was doubled \(now.backoff) times to \(timeout)")
    }
    if let times = evidence.growth(\.timeouts), times > 0 { facts.append("\(times) timeouts") }
    let local = evidence.localDrops
    let here = local.map { "\($0.text) so far. " } ?? ""
    let advice =
      local?.isMain == true
      ? ". If retransmits go on while those drops do not, packets are lost on the path too."
      : ": packets or their ACKs are lost on the path. Look for a full queue or a bad link there"
        + " (mtr, interface counters)."
    return Finding(
      local?.isMain == true ? .localLoss : .loss,
      share: share,
      weight: isBackedOff || now.congestionState == .loss ? 1.5 : weight,
      here + facts.joined(separator: ", ") + advice
    )
  }

  private static let receiverWindow: Rule = { evidence in
    let window = evidence.now.sendWindow.map { " (snd_wnd \(evidence.bytes($0)))" } ?? ""
    let pace =
      evidence.acknowledgedRate.map { ", and it took \(evidence.rate($0))" } ?? ""
    let advice =
      "the peer reads too slowly, or its buffer is too small. Look at Recv-Q and"
      + " net.ipv4.tcp_rmem there."
    if let shares = evidence.shares, shares.receiverWindow >= leastShare {
      return Finding(
        .receiverWindow,
        share: shares.receiverWindow,
        "the peer's receive window\(window) was full"
          + " \(shares.period.text(of: shares.receiverWindow))\(pace): \(advice)"
      )
    }
    guard evidence.isPeerWindowClosed, !evidence.isPeerStalled else { return nil }
    return Finding(
      .receiverWindow,
      weight: 1,
      "The peer's receive window\(window) is full, and \(evidence.bytes(evidence.now.sendQueue))"
        + " is waiting in Send-Q\(pace): \(advice)"
    )
  }

  private static let congestionWindow: Rule = { evidence in
    let now = evidence.now
    guard evidence.isConnected, evidence.isWindowFull else { return nil }
    if let share = evidence.shares?.inFlight, share < leastShare { return nil }
    let share = evidence.shares?.inFlight
    let time = evidence.shares.map { " \($0.period.text(of: $0.inFlight))" } ?? ""
    var limit = ""
    if let rtt = now.rtt, rtt > 0 {
      let bytes = Double(now.congestionWindow) * Double(now.sendMSS)
      let rate = evidence.rate(bytes / Double(rtt) * 1e6)
      limit = ", which is \(rate) at an RTT of \(evidence.time(rtt))"
    }
    let control = now.congestionControl.map { " than \($0)" } ?? ""
    return Finding(
      .congestionWindow,
      share: share,
      "data was in flight\(time), now \(evidence.inFlight) of cwnd \(now.congestionWindow)"
        + " segments\(limit). Less delay, less loss or another congestion control\(control) would"
        + " raise that."
    )
  }

  private static let queueing: Rule = { evidence in
    guard evidence.isConnected, let rtt = evidence.now.rtt, let least = evidence.now.minRTT,
      least > 0, rtt >= 2 * UInt64(least), rtt - least >= 5000
    else { return nil }
    let extra = rtt - least
    return Finding(
      .queueing,
      weight: 0.1,
      "rtt \(evidence.time(rtt)) is \(evidence.time(extra)) above minrtt \(evidence.time(least)):"
        + " packets wait in queues on the path, or the peer delays its ACKs."
    )
  }
}
