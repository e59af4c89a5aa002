package import Connections

/// Where the time of a connection went, as shares of it between 0 and 1.
///
/// The kernel counts it for data that this end sends: `tcpi_busy_time`, `tcpi_rwnd_limited` and
/// `tcpi_sndbuf_limited`.
package struct TimeShares: Hashable, Sendable {
  /// The period that the shares refer to.
  package enum Period: Hashable, Sendable {
    /// The last interval, of this many seconds.
    case interval(Double)
    /// The time since the connection was opened, in seconds.
    case opened(Double)
    /// The time in which there was data to send, of a connection opened before nettop started.
    case busy(Double)
  }

  package let period: Period
  /// There was no data to send; `nil` if only the busy time is known.
  package let idle: Double?
  /// The peer's receive window was full.
  package let receiverWindow: Double
  /// The send buffer of this end was full.
  package let sendBuffer: Double
  /// Data was in flight: the path and the congestion window set the rate.
  package let inFlight: Double

  /// There was data to send.
  package var busy: Double { receiverWindow + sendBuffer + inFlight }

  /// Of the last interval; `nil` if the kernel does not count it.
  package init?(from before: SocketDetails, to now: SocketDetails) {
    let seconds = now.time.seconds(since: before.time)
    guard seconds > 0 else { return nil }
    self.init(.interval(seconds), seconds, since: before, now)
  }

  /// Since the connection was opened.
  package init?(_ now: SocketDetails, openedAt: Timestamp?) {
    guard let busy = now.busyTime else { return nil }
    if let openedAt {
      let seconds = now.time.seconds(since: openedAt)
      guard seconds > 0 else { return nil }
      self.init(.opened(seconds), seconds, since: nil, now)
    } else {
      guard busy > 0 else { return nil }
      self.init(.busy(Double(busy) / 1e6), nil, since: nil, now)
    }
  }

  private init?(
    _ period: Period,
    _ seconds: Double?,
    since before: SocketDetails?,
    _ now: SocketDetails
  ) {
    func growth(_ field: KeyPath<SocketDetails, UInt64?>) -> Double? {
      guard let value = now[keyPath: field] else { return nil }
      guard let before else { return Double(value) }
      guard let old = before[keyPath: field] else { return nil }
      return value > old ? Double(value - old) : 0
    }
    guard let busy = growth(\.busyTime), let window = growth(\.receiveWindowLimited),
      let buffer = growth(\.sendBufferLimited)
    else { return nil }
    // The two samples and the kernel's jiffies use different clocks: no share may exceed 1.
    let total = max((seconds ?? 0) * 1e6, busy, 1)
    self.period = period
    idle = seconds.map { _ in max(0, (total - max(busy, window + buffer)) / total) }
    receiverWindow = min(1, window / total)
    sendBuffer = min(1 - min(1, window / total), buffer / total)
    inFlight = max(0, busy - window - buffer) / total
  }
}

extension TimeShares.Period {
  /// As the end of a phrase, for a share that stands in front of it: `for this share of the last
  /// 1.0s`, or `for all of the last 1.0s`.
  func text(of share: Double) -> String {
    Quantity.percent(share) == "100%" ? "for all \(text)" : "for this share \(text)"
  }

  /// `of the last 1.0s`.
  private var text: String {
    switch self {
    case .interval(let seconds): "of the last \(Decimals.text(seconds, 1))s"
    case .opened(let seconds): "of the \(DurationText.age(seconds)) since it was opened"
    case .busy(let seconds): "of the \(Decimals.text(seconds, 1))s in which it had data to send"
    }
  }

  /// As the label of a line.
  package var label: String {
    switch self {
    case .interval(let seconds): "last \(Decimals.text(seconds, 1))s"
    case .opened: "since opening"
    case .busy: "while busy"
    }
  }
}
