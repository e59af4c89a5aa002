import Connections

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
    // A statement each: the compiler takes seconds for one literal of all of them.
    var figures: [String: [Double]] = [:]
    figures["rto"] = [milliseconds(details.retransmissionTimeout)]
    figures["ato"] = [milliseconds(details.delayedACKTimeout)]
    figures["rtt"] = [milliseconds(details.rtt), milliseconds(details.rttVariance)]
    figures["minrtt"] = [milliseconds(details.minRTT)]
    figures["rcv_rtt"] = [milliseconds(details.receiverRTT)]
    figures["backoff"] = [whole(details.backoff)]
    figures["mss"] = [whole(details.sendMSS)]
    figures["rcvmss"] = [whole(details.receiveMSS)]
    figures["advmss"] = [whole(details.advertisedMSS)]
    figures["pmtu"] = [whole(details.pathMTU)]
    figures["cwnd"] = [whole(details.congestionWindow)]
    figures["ssthresh"] = [whole(details.slowStartThreshold.flatMap { $0 < 0xffff ? $0 : nil })]
    figures["bytes_sent"] = [whole(details.bytesSent)]
    figures["bytes_retrans"] = [whole(details.bytesRetransmitted)]
    figures["bytes_acked"] = [whole(details.bytesACKed)]
    figures["bytes_received"] = [whole(details.bytesReceived)]
    figures["segs_out"] = [whole(details.segmentsOut)]
    figures["segs_in"] = [whole(details.segmentsIn)]
    figures["data_segs_out"] = [whole(details.dataSegmentsOut)]
    figures["data_segs_in"] = [whole(details.dataSegmentsIn)]
    figures["retrans"] = [whole(details.retransmitted), whole(details.totalRetransmits)]
    figures["unacked"] = [whole(details.unacknowledged)]
    figures["sacked"] = [whole(details.sacked)]
    figures["lost"] = [whole(details.lost)]
    figures["dsack_dups"] = [whole(details.dsackDuplicates)]
    figures["reord_seen"] = [whole(details.reorderingsSeen)]
    figures["reordering"] = [details.reordering == 3 ? 0 : whole(details.reordering)]
    figures["rcv_ooopack"] = [whole(details.outOfOrderReceived)]
    figures["delivered"] = [whole(details.delivered)]
    figures["delivered_ce"] = [whole(details.deliveredCE)]
    figures["busy"] = [Double(busy / 1000)]
    figures["rwnd_limited"] = limited(details.receiveWindowLimited)
    figures["sndbuf_limited"] = limited(details.sendBufferLimited)
    figures["rcv_space"] = [whole(details.receiveSpace)]
    figures["rcv_ssthresh"] = [whole(details.receiveThreshold)]
    figures["snd_wnd"] = [whole(details.sendWindow)]
    figures["notsent"] = [whole(details.notSent)]
    figures["wscale"] = [whole(details.sendWindowScale), whole(details.receiveWindowScale)]
    figures["fwmark"] = [whole(details.mark)]
    figures["pacing_rate"] = [whole(details.pacingRate) * 8]
    figures["delivery_rate"] = [whole(details.deliveryRate) * 8]
    figures["app_limited"] = flag(details.isDeliveryRateAppLimited)
    figures["ts"] = flag(details.options.contains(.timestamps))
    figures["sack"] = flag(details.options.contains(.sack))
    figures["ecn"] = flag(details.options.contains(.ecn))
    figures["ecnseen"] = flag(details.options.contains(.ecnSeen))
    let memory: [KeyPath<SocketDetails.Memory, UInt32>] = [
      \.received, \.receiveBuffer, \.transmitted, \.sendBuffer, \.forwardAllocated, \.queued,
      \.options, \.backlog, \.drops,
    ]
    figures["skmem"] = memory.map { whole(details.memory[keyPath: $0]) }
    figures["queues"] = [whole(details.receiveQueue), whole(details.sendQueue)]
    if details.congestionControl == "bbr" {
      let gains = ["pacing_gain", "cwnd_gain"].compactMap { details.congestionDetails[$0] }
      let bandwidth = whole(details.congestionDetails["bw"]) * 8
      let rtt = whole(details.congestionDetails["mrtt"]) / 1000
      figures["bbr"] = [bandwidth, rtt] + gains.filter { $0 != 0 }.map { whole($0) / 256 }
    }
    expected = figures.filter { name, numbers in
      numbers.isEmpty || name == "queues" || name == "skmem" || numbers.contains { $0 != 0 }
    }
    congestionControl = details.congestionControl
  }

  private static let flags: Set<String> = ["app_limited", "ts", "sack", "ecn", "ecnseen"]
  private static let apart: Set<String> = ["pacing_rate", "delivery_rate"]
  /// The names that are compared; others depend on the time, or are not figures.
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
