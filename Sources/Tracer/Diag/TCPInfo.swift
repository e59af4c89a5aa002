import Connections

/// Where `struct tcp_info` has its fields. It only ever grew at its end.
private enum TCPInfo {
  typealias Path<Value> = any WritableKeyPath<SocketDetails, Value> & Sendable

  static let bytes: [(Path<UInt8>, Int)] = [
    (\.retransmitsInFlight, 2), (\.probes, 3), (\.backoff, 4),
  ]

  static let words: [(Path<UInt32>, Int)] = [
    (\.retransmissionTimeout, 8),
    (\.delayedACKTimeout, 12),
    (\.sendMSS, 16),
    (\.receiveMSS, 20),
    (\.unacknowledged, 24),
    (\.sacked, 28),
    (\.lost, 32),
    (\.retransmitted, 36),
    (\.lastDataSent, 44),
    (\.lastDataReceived, 52),
    (\.lastACKReceived, 56),
    (\.pathMTU, 60),
    (\.receiveThreshold, 64),
    (\.advertisedMSS, 84),
    (\.receiveSpace, 96),
    (\.totalRetransmits, 100),
    (\.segmentsOut, 136),
    (\.segmentsIn, 140),
    (\.dataSegmentsIn, 152),
    (\.dataSegmentsOut, 156),
  ]

  /// Those that the kernel writes for a listener too.
  static let listenerWords: [(Path<UInt32>, Int)] = [(\.congestionWindow, 80), (\.reordering, 88)]

  static let longs: [(Path<UInt64>, Int)] = [(\.bytesACKed, 120), (\.bytesReceived, 128)]

  static let laterHalves: [(Path<UInt16?>, Int)] = [
    (\.timeouts, 240), (\.timeoutRecoveries, 242),
  ]

  static let laterWords: [(Path<UInt32?>, Int)] = [
    (\.notSent, 144),
    (\.delivered, 192),
    (\.deliveredCE, 196),
    (\.dsackDuplicates, 216),
    (\.reorderingsSeen, 220),
    (\.outOfOrderReceived, 224),
    (\.sendWindow, 228),
    (\.receiveWindow, 232),
    (\.timeoutTime, 244),
  ]

  static let laterLongs: [(Path<UInt64?>, Int)] = [
    (\.busyTime, 168),
    (\.receiveWindowLimited, 176),
    (\.sendBufferLimited, 184),
    (\.bytesSent, 200),
    (\.bytesRetransmitted, 208),
  ]

  /// Figures for which one number means that there is none.
  static let wordsOrNone: [(Path<UInt32?>, Int, isNone: @Sendable (UInt32) -> Bool)] = [
    (\.rtt, 68, { $0 == 0 }),
    // TCP_INFINITE_SSTHRESH.
    (\.slowStartThreshold, 76, { $0 >= 0x7fff_ffff }),
    (\.receiverRTT, 92, { $0 == 0 }),
    (\.minRTT, 148, { $0 == .max }),
  ]

  static let longsOrNone: [(Path<UInt64?>, Int, none: UInt64)] = [
    (\.pacingRate, 104, .max), (\.deliveryRate, 160, 0),
  ]
}

extension SocketDetails {
  /// Takes the figures of a `struct tcp_info`, which can be shorter or longer than the one known
  /// here.
  mutating func take(tcpInfo info: KernelBytes) {
    take(info, TCPInfo.listenerWords)
    let most = info.number(at: 112, as: UInt64.self)
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
    rttVariance = rtt == nil ? nil : info.number(at: 72, as: UInt32.self)

    func byte(_ offset: Int) -> UInt8 { info.number(at: offset, as: UInt8.self) ?? 0 }
    congestionState = CongestionState(rawValue: byte(1)) ?? .open
    options = Options(rawValue: byte(5))
    let scales = Self.bitFields(byte(6), widths: [4, 4])
    sendWindowScale = scales[0]
    receiveWindowScale = scales[1]
    isDeliveryRateAppLimited = Self.bitFields(byte(7), widths: [1])[0] == 1
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
