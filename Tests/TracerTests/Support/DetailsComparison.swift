@testable import Tracer

/// What `ss -tinemo` should print of a socket's details, to compare with what it prints.
struct DetailsComparison {
  /// The numbers after each name, none for a word that stands alone.
  private let expected: [String: [Double]]
  private let congestionControl: String?

  /// Names of `ss` and their figures. It leaves out those that are 0.
  init(_ details: SocketDetails) {
    func milliseconds(_ value: UInt32?) -> Double { Double(value ?? 0) / 1000 }
    func whole(_ value: (some BinaryInteger)?) -> Double { value.map { Double($0) } ?? 0 }
    func flag(_ isSet: Bool) -> [Double]? { isSet ? [] : nil }
    let busy = details.busyTime ?? 0
    func limited(_ time: UInt64?) -> [Double]? {
      guard let time, time > 0 else { return nil }
      return [Double(time / 1000)]
    }
    let figures: [String: [Double]?] = [
      "rto": [milliseconds(details.retransmissionTimeout)],
      "ato": [milliseconds(details.delayedACKTimeout)],
      "rtt": [milliseconds(details.rtt), milliseconds(details.rttVariance)],
      "minrtt": [milliseconds(details.minRTT)],
      "rcv_rtt": [milliseconds(details.receiverRTT)],
      "backoff": [whole(details.backoff)],
      "mss": [whole(details.sendMSS)],
      "rcvmss": [whole(details.receiveMSS)],
      "advmss": [whole(details.advertisedMSS)],
      "pmtu": [whole(details.pathMTU)],
      "cwnd": [whole(details.congestionWindow)],
      "ssthresh": [whole(details.slowStartThreshold.flatMap { $0 < 0xffff ? $0 : nil })],
      "bytes_sent": [whole(details.bytesSent)],
      "bytes_retrans": [whole(details.bytesRetransmitted)],
      "bytes_acked": [whole(details.bytesACKed)],
      "bytes_received": [whole(details.bytesReceived)],
      "segs_out": [whole(details.segmentsOut)],
      "segs_in": [whole(details.segmentsIn)],
      "data_segs_out": [whole(details.dataSegmentsOut)],
      "data_segs_in": [whole(details.dataSegmentsIn)],
      "retrans": [whole(details.retransmitted), whole(details.totalRetransmits)],
      "unacked": [whole(details.unacknowledged)],
      "sacked": [whole(details.sacked)],
      "lost": [whole(details.lost)],
      "dsack_dups": [whole(details.dsackDuplicates)],
      "reord_seen": [whole(details.reorderingsSeen)],
      "reordering": [details.reordering == 3 ? 0 : whole(details.reordering)],
      "rcv_ooopack": [whole(details.outOfOrderReceived)],
      "delivered": [whole(details.delivered)],
      "delivered_ce": [whole(details.deliveredCE)],
      "busy": [Double(busy / 1000)],
      "rwnd_limited": limited(details.receiveWindowLimited),
      "sndbuf_limited": limited(details.sendBufferLimited),
      "rcv_space": [whole(details.receiveSpace)],
      "rcv_ssthresh": [whole(details.receiveThreshold)],
      "snd_wnd": [whole(details.sendWindow)],
      "notsent": [whole(details.notSent)],
      "wscale": [whole(details.sendWindowScale), whole(details.receiveWindowScale)],
      "fwmark": [whole(details.mark)],
      "pacing_rate": [whole(details.pacingRate) * 8],
      "delivery_rate": [whole(details.deliveryRate) * 8],
      "app_limited": flag(details.isDeliveryRateAppLimited),
      "ts": flag(details.options.contains(.timestamps)),
      "sack": flag(details.options.contains(.sack)),
      "ecn": flag(details.options.contains(.ecn)),
      "ecnseen": flag(details.options.contains(.ecnSeen)),
      "skmem": [
        \.received, \.receiveBuffer, \.transmitted, \.sendBuffer, \.forwardAllocated, \.queued,
        \.options, \.backlog, \.drops,
      ].map { (path: KeyPath<SocketDetails.Memory, UInt32>) in
        whole(details.memory[keyPath: path])
      },
      "queues": [whole(details.receiveQueue), whole(details.sendQueue)],
      "bbr": details.congestionControl == "bbr"
        ? [
          whole(details.congestionDetails["bw"]) * 8,
          whole(details.congestionDetails["mrtt"]) / 1000,
        ]
          + ["pacing_gain", "cwnd_gain"].compactMap { details.congestionDetails[$0] }
          .filter { $0 != 0 }.map { whole($0) / 256 } : nil,
    ]
    expected = figures.compactMapValues { $0 }.filter { name, numbers in
      numbers.isEmpty || name == "queues" || name == "skmem" || numbers.contains { $0 != 0 }
    }
    congestionControl = details.congestionControl
  }

  private static let flags: Set<String> = ["app_limited", "ts", "sack", "ecn", "ecnseen"]
  private static let apart: Set<String> = ["pacing_rate", "delivery_rate"]
  /// The names that are compared; others tell of the passing time, or are no figures.
  private static let names: Set<String> = Set([
    "rto", "ato", "rtt", "minrtt", "rcv_rtt", "backoff", "mss", "rcvmss", "advmss", "pmtu", "cwnd",
    "ssthresh", "bytes_sent", "bytes_retrans", "bytes_acked", "bytes_received", "segs_out",
    "segs_in", "data_segs_out", "data_segs_in", "retrans", "unacked", "sacked", "lost",
    "dsack_dups", "reord_seen", "reordering", "rcv_ooopack", "delivered", "delivered_ce", "busy",
    "rwnd_limited", "sndbuf_limited", "rcv_space", "rcv_ssthresh", "snd_wnd", "notsent", "wscale",
    "fwmark", "skmem", "bbr",
  ])

  /// What differs from what `ss` printed; empty where nothing does.
  func differences(from answer: SocketStatistics) -> [String] {
    var printed: [String: [Double]] = [
      "queues": answer.words[1...2].compactMap { Double($0) }
    ]
    for (name, text) in answer.fields where Self.names.contains(name) {
      printed[name] = Self.numbers(name, text)
    }
    for (index, word) in answer.words.enumerated() {
      if Self.flags.contains(word) { printed[word] = [] }
      if Self.apart.contains(word) { printed[word] = Self.numbers(word, answer.words[index + 1]) }
    }
    // Of a listener `ss` prints its queue once more, under this name.
    if answer.stateName == "LISTEN" { printed["unacked"] = nil }
    var differences = Set(printed.keys).union(expected.keys).sorted().compactMap { name in
      Self.isSame(printed[name], expected[name])
        ? nil : "\(name): ss \(printed[name] ?? []), we \(expected[name] ?? [])"
    }
    if let congestionControl, !answer.words.contains(congestionControl) {
      differences.append("ss does not print \(congestionControl)")
    }
    return differences
  }

  private static func numbers(_ name: String, _ text: String) -> [Double] {
    if name == "fwmark" { return [Double(text) ?? -1] }
    let all = text.split { !$0.isNumber && $0 != "." && $0 != "e" && $0 != "+" }
    let numbers = all.compactMap { Double($0) }
    // `4ms(12.3%)`: a part of the busy time.
    return name.hasSuffix("_limited") ? Array(numbers.prefix(1)) : numbers
  }

  /// `ss` prints six digits of what is no whole number.
  private static func isSame(_ first: [Double]?, _ second: [Double]?) -> Bool {
    guard let first, let second else { return first == nil && second == nil }
    return first.count == second.count
      && zip(first, second).allSatisfy { abs($0 - $1) <= 1e-5 * max(abs($0), abs($1)) }
  }
}
