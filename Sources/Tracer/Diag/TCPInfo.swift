import Connections

/// Which figures a `struct tcp_info` has, and where.
private enum TCPInfo {
  typealias Path<Value> = any WritableKeyPath<SocketDetails, Value> & Sendable

  static let bytes: [(Path<UInt8>, Int)] = [
    (\.retransmitsInFlight, TCPInfoOffset.retransmitsInFlight), (\.probes, TCPInfoOffset.probes),
    (\.backoff, TCPInfoOffset.backoff),
  ]

  static let words: [(Path<UInt32>, Int)] = [
    (\.retransmissionTimeout, TCPInfoOffset.retransmissionTimeout),
    (\.delayedACKTimeout, TCPInfoOffset.delayedACKTimeout),
    (\.sendMSS, TCPInfoOffset.sendMSS),
    (\.receiveMSS, TCPInfoOffset.receiveMSS),
    (\.unacknowledged, TCPInfoOffset.unacknowledged),
    (\.sacked, TCPInfoOffset.sacked),
    (\.lost, TCPInfoOffset.lost),
    (\.retransmitted, TCPInfoOffset.retransmitted),
    (\.lastDataSent, TCPInfoOffset.lastDataSent),
    (\.lastDataReceived, TCPInfoOffset.lastDataReceived),
    (\.lastACKReceived, TCPInfoOffset.lastACKReceived),
    (\.pathMTU, TCPInfoOffset.pathMTU),
    (\.receiveThreshold, TCPInfoOffset.receiveThreshold),
    (\.advertisedMSS, TCPInfoOffset.advertisedMSS),
    (\.receiveSpace, TCPInfoOffset.receiveSpace),
    (\.totalRetransmits, TCPInfoOffset.totalRetransmits),
    (\.segmentsOut, TCPInfoOffset.segmentsOut),
    (\.segmentsIn, TCPInfoOffset.segmentsIn),
    (\.dataSegmentsIn, TCPInfoOffset.dataSegmentsIn),
    (\.dataSegmentsOut, TCPInfoOffset.dataSegmentsOut),
  ]

  /// Those that the kernel writes for a listener too.
  static let listenerWords: [(Path<UInt32>, Int)] = [
    (\.congestionWindow, TCPInfoOffset.congestionWindow), (\.reordering, TCPInfoOffset.reordering),
  ]

  static let longs: [(Path<UInt64>, Int)] = [
    (\.bytesACKed, TCPInfoOffset.bytesACKed), (\.bytesReceived, TCPInfoOffset.bytesReceived),
  ]

  static let laterHalves: [(Path<UInt16?>, Int)] = [
    (\.timeouts, TCPInfoOffset.timeouts), (\.timeoutRecoveries, TCPInfoOffset.timeoutRecoveries),
  ]

  static let laterWords: [(Path<UInt32?>, Int)] = [
    (\.notSent, TCPInfoOffset.notSent),
    (\.delivered, TCPInfoOffset.delivered),
    (\.deliveredCE, TCPInfoOffset.deliveredCE),
    (\.dsackDuplicates, TCPInfoOffset.dsackDuplicates),
    (\.reorderingsSeen, TCPInfoOffset.reorderingsSeen),
    (\.outOfOrderReceived, TCPInfoOffset.outOfOrderReceived),
    (\.sendWindow, TCPInfoOffset.sendWindow),
    (\.receiveWindow, TCPInfoOffset.receiveWindow),
    (\.timeoutTime, TCPInfoOffset.timeoutTime),
  ]

  static let laterLongs: [(Path<UInt64?>, Int)] = [
    (\.busyTime, TCPInfoOffset.busyTime),
    (\.receiveWindowLimited, TCPInfoOffset.receiveWindowLimited),
    (\.sendBufferLimited, TCPInfoOffset.sendBufferLimited),
    (\.bytesSent, TCPInfoOffset.bytesSent),
    (\.bytesRetransmitted, TCPInfoOffset.bytesRetransmitted),
  ]

  /// Figures for which one number means that there is none.
  static let wordsOrNone: [(Path<UInt32?>, Int, isNone: @Sendable (UInt32) -> Bool)] = [
    (\.rtt, TCPInfoOffset.rtt, { $0 == 0 }),
    // TCP_INFINITE_SSTHRESH.
    (\.slowStartThreshold, TCPInfoOffset.slowStartThreshold, { $0 >= 0x7fff_ffff }),
    (\.receiverRTT, TCPInfoOffset.receiverRTT, { $0 == 0 }),
    (\.minRTT, TCPInfoOffset.minRTT, { $0 == .max }),
  ]

  static let longsOrNone: [(Path<UInt64?>, Int, none: UInt64)] = [
    (\.pacingRate, TCPInfoOffset.pacingRate, .max), (\.deliveryRate, TCPInfoOffset.deliveryRate, 0),
  ]
}

extension SocketDetails {
  /// Takes the figures of a `struct tcp_info`, which can be shorter or longer than the one known
  /// here.
  mutating func take(tcpInfo info: KernelBytes) {
    take(info, TCPInfo.listenerWords)
    let most = info.number(at: TCPInfoOffset.maxPacingRate, as: UInt64.self)
    maxPacingRate = most == .max ? nil : most
    // The remaining figures are 0, or its queue under other names.
    if state == .listen { return }
    take(info, TCPInfo.bytes)
    take(info, TCPInfo.words)
    take(info, TCPInfo.longs)
    takeLater(info, TCPInfo.laterHalves)
    takeLater(info, TCPInfo.laterWords)
    takeLater(info, TCPInfo.laterLongs)
    for (path, offset, isNone) in TCPInfo.wordsOrNone {
      let value = info.number(at: offset, as: UInt32.self)
      self[keyPath: path] = value.flatMap { isNone($0) ? nil : $0 }
    }
    for (path, offset, none) in TCPInfo.longsOrNone {
      let value = info.number(at: offset, as: UInt64.self)
      self[keyPath: path] = value.flatMap { $0 == none ? nil : $0 }
    }
    // A start value before the first measurement.
    rttVariance = rtt == nil ? nil : info.number(at: TCPInfoOffset.rttVariance, as: UInt32.self)

    func byte(_ offset: Int) -> UInt8 { info.number(at: offset, as: UInt8.self) ?? 0 }
    congestionState = CongestionState(rawValue: byte(TCPInfoOffset.congestionState)) ?? .open
    options = Options(rawValue: byte(TCPInfoOffset.options))
    let scales = Self.bitFields(byte(TCPInfoOffset.windowScales), widths: [4, 4])
    sendWindowScale = scales[0]
    receiveWindowScale = scales[1]
    isDeliveryRateAppLimited = Self.bitFields(byte(TCPInfoOffset.flags), widths: [1])[0] == 1
  }

  private mutating func take<Value: FixedWidthInteger & BitwiseCopyable>(
    _ info: KernelBytes,
    _ fields: [(TCPInfo.Path<Value>, Int)]
  ) {
    for (path, offset) in fields {
      self[keyPath: path] = info.number(at: offset, as: Value.self) ?? 0
    }
  }

  private mutating func takeLater<Value: FixedWidthInteger & BitwiseCopyable>(
    _ info: KernelBytes,
    _ fields: [(TCPInfo.Path<Value?>, Int)]
  ) {
    for (path, offset) in fields {
      self[keyPath: path] = info.number(at: offset, as: Value.self)
    }
  }

  /// The bit fields of a byte as C lays them out: from the lowest bit on a little-endian host, from
  /// the highest on a big-endian one.
  private static func bitFields(_ byte: UInt8, widths: [Int]) -> [UInt8] {
    var used = 0
    return widths.map { width in
      defer { used += width }
      let shift = UInt32(1).littleEndian == 1 ? used : 8 - used - width
      return byte >> shift & (1 << width - 1)
    }
  }
}
