import Connections

/// Whether data moves while a window is closed: a slow reader still reads.
extension DiagnosisEvidence {
  /// Data that stays unread at this end.
  struct ReadBacklog: Hashable, Sendable {
    /// Bytes in Recv-Q now, and at the reading before.
    let unread: UInt64
    let before: UInt64
    /// Bytes that arrived between the readings, and those that the process read.
    let received: UInt64
    let read: UInt64
    /// Between the readings.
    let seconds: Double
  }

  /// `nil` if the process keeps up, judging by two readings.
  var readBacklog: ReadBacklog? {
    guard isConnected, let previous = before, let seconds, seconds > 0,
      let received = growth(\.bytesReceived)
    else { return nil }
    let (unread, before) = (UInt64(now.receiveQueue), UInt64(previous.receiveQueue))
    guard unread > 0, before > 0 else { return nil }
    // More than came in the interval: some of it has waited for longer.
    let isOld = unread > received && unread >= before
    let isGrowing = unread > 65_536 && unread > before + received / 10
    let isFull = Self.isFull(previous) && Self.isFull(now)
    guard isOld || isGrowing || isFull else { return nil }
    let read = received + before > unread ? received + before - unread : 0
    return ReadBacklog(
      unread: unread,
      before: before,
      received: received,
      read: read,
      seconds: seconds
    )
  }

  /// Whether no process has the connection yet: none but the listener's is known, and none has read
  /// any of what arrived.
  var isNotAccepted: Bool {
    isConnected && listener != nil && now.receiveQueue > 0
      && UInt64(now.receiveQueue) >= now.bytesReceived
  }

  /// Whether more is unread than the peer may still send.
  private static func isFull(_ reading: SocketDetails) -> Bool {
    if let window = reading.receiveWindow { return reading.receiveQueue >= window }
    let (used, limit) = (reading.memory.received, reading.memory.receiveBuffer)
    return limit > 0 && used >= limit / 2
  }

  /// Whether data here waits for the peer's window to open.
  ///
  /// The window probe timer alone does not prove that: the kernel also starts it when this host
  /// failed to send and nothing is in flight.
  var isPeerWindowClosed: Bool {
    guard isConnected, now.sendQueue > 0 else { return false }
    if now.sendWindow == 0 { return true }
    guard now.timer == .zeroWindowProbe else { return false }
    if let window = now.sendWindow, window < min(now.sendMSS, now.sendQueue) { return true }
    return (interval?.receiverWindow ?? 0) >= Diagnosis.leastShare
  }

  /// Whether the peer has taken nothing for so long that it does not merely read slowly.
  ///
  /// The window of a slow reader opens in steps: once a sixteenth of its buffer, or a segment, is
  /// free. That is 400 kB of a buffer of 6 MB, and takes seconds to read.
  var isPeerStalled: Bool {
    (growth(\.bytesACKed) ?? 0) == 0 && now.lastDataSent >= Self.stallMilliseconds
  }

  private static let stallMilliseconds: UInt32 = 30_000

  /// Bytes per second that the peer acknowledged between the readings; `nil` before the second.
  var acknowledgedRate: Double? {
    guard let acknowledged = growth(\.bytesACKed), let seconds, seconds > 0 else { return nil }
    return Double(acknowledged) / seconds
  }
}
