import Connections

extension Diagnosis {
  /// What this end does, and how it receives what the peer sends.
  static let endRules: [Rule] = [
    acceptQueue, notAccepted, reader, sendBuffer, pacing, ownWindow, outOfOrder, drops, notClosed,
    peerNotClosed,
  ]

  private static let acceptQueue: Rule = { evidence in
    let (waiting, room) = (evidence.now.receiveQueue, evidence.now.sendQueue)
    guard evidence.now.state == .listen, waiting > 0 else { return nil }
    let isFull = waiting >= room
    let stays = (evidence.before?.receiveQueue ?? 0) > 0
    guard isFull || stays else { return nil }
    let effect = isFull ? " New connections are dropped." : ""
    return Finding(
      .acceptQueue,
      share: room > 0 ? min(1, Double(waiting) / Double(room)) : 1,
      weight: isFull ? 3 : 1,
      "\(waiting) of \(room) accept-queue slots are in use (Recv-Q, Send-Q).\(effect)"
        + " \(evidence.process) does not call accept often enough. Give it more threads, or a larger"
        + " backlog (net.core.somaxconn)."
    )
  }

  private static let notAccepted: Rule = { evidence in
    guard evidence.isNotAccepted, let listener = evidence.listener else { return nil }
    return Finding(
      .notAccepted,
      weight: 2.5,
      "Recv-Q still holds all that has arrived, \(evidence.bytes(evidence.now.receiveQueue)): the"
        + " connection waits in the accept queue of \(listener), which has yet to call accept."
    )
  }

  private static let reader: Rule = { evidence in
    guard !evidence.isNotAccepted, let backlog = evidence.readBacklog else { return nil }
    let seconds = Decimals.text(backlog.seconds, 1)
    let rate = Double(backlog.read) / backlog.seconds
    let reading =
      backlog.read == 0 ? "read nothing" : "read only \(evidence.rate(rate))"
    let queue =
      backlog.unread == backlog.before
      ? "Recv-Q still holds \(evidence.bytes(backlog.unread))"
      : "Recv-Q went from \(evidence.bytes(backlog.before)) to \(evidence.bytes(backlog.unread))"
    return Finding(
      backlog.read == 0 ? .reader : .slowReader,
      weight: 1.2,
      "\(queue) after \(seconds) s and \(evidence.bytes(backlog.received)) arrived:"
        + " \(evidence.process) \(reading). Check what it is doing (top, strace)."
    )
  }

  private static let sendBuffer: Rule = { evidence in
    guard let shares = evidence.shares, shares.sendBuffer >= leastShare else { return nil }
    return Finding(
      .sendBuffer,
      share: shares.sendBuffer,
      "the send buffer (skmem tb \(evidence.bytes(evidence.now.memory.sendBuffer))) was full"
        + " \(shares.period.text(of: shares.sendBuffer)): it is too small for the path. Raise"
        + " net.ipv4.tcp_wmem, or SO_SNDBUF if the program sets it."
    )
  }

  private static let pacing: Rule = { evidence in
    guard evidence.isConnected, let limit = evidence.now.maxPacingRate, limit > 0,
      let sent = evidence.growth(\.bytesACKed), let seconds = evidence.seconds, seconds > 0
    else { return nil }
    let share = Double(sent) / seconds / Double(limit)
    guard share >= 0.8 else { return nil }
    return Finding(
      .pacing,
      share: min(1, share),
      "it sends \(evidence.rate(Double(sent) / seconds)), and the program allows"
        + " \(evidence.rate(Double(limit))) (SO_MAX_PACING_RATE). Raise that limit to send faster."
    )
  }

  private static let ownWindow: Rule = { evidence in
    let now = evidence.now
    // What is unread fills the window: a larger buffer would fill too.
    guard evidence.isConnected, evidence.readBacklog == nil, let window = now.receiveWindow,
      let received = evidence.growth(\.bytesReceived), let seconds = evidence.seconds, seconds > 0,
      let rtt = now.receiverRTT ?? now.rtt, rtt > 0
    else { return nil }
    let advice =
      "Raise net.ipv4.tcp_rmem, or SO_RCVBUF if the program sets it, unless it reads too slowly."
    if window == 0, now.receiveQueue > 0 {
      return Finding(
        .ownWindow,
        weight: 1.1,
        "rcv_wnd is 0 with \(evidence.bytes(now.receiveQueue)) in Recv-Q: the peer cannot send"
          + " until \(evidence.process) reads."
      )
    }
    let allowed = Double(window) / Double(rtt) * 1e6
    let share = Double(received) / seconds / max(1, allowed)
    guard share >= 0.8 else { return nil }
    return Finding(
      .ownWindow,
      share: min(1, share),
      "it receives \(evidence.rate(Double(received) / seconds)), and rcv_wnd \(evidence.bytes(window))"
        + " allows \(evidence.rate(allowed)) at an RTT of \(evidence.time(rtt)). \(advice)"
    )
  }

  private static let outOfOrder: Rule = { evidence in
    guard let count = evidence.growth(\.outOfOrderReceived), count > 0,
      let received = evidence.growth(\.dataSegmentsIn), received > 0
    else { return nil }
    let share = min(1, Double(count) / Double(received))
    guard share >= 0.001 else { return nil }
    return Finding(
      .outOfOrder,
      share: share,
      "\(evidence.part(count, of: received, "data segments")) from the peer arrived out of order:"
        + " packets to this end are lost or reordered. The retransmits of the peer show which."
    )
  }

  static let drops: Rule = { evidence in
    guard let count = evidence.growth(\.memory.drops), count > 0 else { return nil }
    let memory = evidence.now.memory
    let room =
      evidence.now.state == .listen
      ? "its accept queue was full"
      : "skmem r \(evidence.bytes(memory.received)) of rb \(evidence.bytes(memory.receiveBuffer))"
    return Finding(
      .drops,
      weight: 0.9,
      "Packets dropped at this socket in the last \(Decimals.text(evidence.seconds ?? 0, 1))s:"
        + " \(Quantity.grouped(count)) (\(room)). \(evidence.process) has to read faster."
    )
  }

  private static let notClosed: Rule = { evidence in
    guard evidence.now.state == .closeWait else { return nil }
    let since = evidence.time(UInt64(evidence.now.lastDataReceived) * 1000)
    return Finding(
      .notClosed,
      weight: 0.5,
      "The state is CLOSE-WAIT and the last data arrived \(since) ago: the peer has closed, and"
        + " \(evidence.process) has yet to call close. Many such sockets mean that it forgets to."
    )
  }

  private static let peerNotClosed: Rule = { evidence in
    guard evidence.now.state == .finWait2 else { return nil }
    return Finding(
      .peerNotClosed,
      weight: 0.4,
      "The state is FIN-WAIT-2: this end has closed, and the peer has not. The kernel ends it after"
        + " net.ipv4.tcp_fin_timeout once no process holds it."
    )
  }
}

extension SocketDetails.CongestionState {
  /// As the kernel names it: `Open`, `Disorder`, `CWR`, `Recovery`, `Loss`.
  var name: String {
    switch self {
    case .open: "Open"
    case .disorder: "Disorder"
    case .cwr: "CWR"
    case .recovery: "Recovery"
    case .loss: "Loss"
    }
  }
}
