import Connections

/// What limits how fast this end sends.
package enum SendLimit: UInt8, CaseIterable, Sendable {
  /// The process: there is nothing to send.
  case application = 0
  /// The receive window of the peer is full.
  case receiveWindow = 1
  /// The send buffer is full.
  case sendBuffer = 2
  /// Data is in flight: the path and the congestion window.
  case path = 3

  /// The word for it in JSON and in the table.
  package var name: String {
    switch self {
    case .application: "app"
    case .receiveWindow: "rwnd"
    case .sendBuffer: "sndbuf"
    case .path: "path"
    }
  }
}

/// Where the time of an interval went, of data that this end sends: shares of it from 0 to 1, by
/// `PathFigures.busyTime` and what it consists of.
package struct SendShares: Hashable, Sendable {
  // In thousandths, to keep a row small.
  private let busyParts: UInt16
  private let receiveWindowParts: UInt16
  private let sendBufferParts: UInt16

  /// There was data to send.
  package var busy: Double { Double(busyParts) / 1000 }
  /// The receive window of the peer was full.
  package var receiveWindow: Double { Double(receiveWindowParts) / 1000 }
  /// The send buffer was full.
  package var sendBuffer: Double { Double(sendBufferParts) / 1000 }
  /// Data was in flight.
  package var path: Double { max(0, busy - receiveWindow - sendBuffer) }

  static let idle = SendShares(0, 0, 0)

  private init(_ busy: Double, _ receiveWindow: Double, _ sendBuffer: Double) {
    // Samples and jiffies are of different clocks: no share exceeds 1.
    func parts(_ share: Double) -> UInt16 { UInt16((max(0, min(1, share)) * 1000).rounded()) }
    busyParts = parts(busy)
    receiveWindowParts = parts(receiveWindow)
    sendBufferParts = parts(sendBuffer)
  }

  /// Of the time between two samples; `nil` if there is none, or the kernel does not count.
  ///
  /// - Parameter old: `nil` for the opening of the connection.
  init?(from old: PathFigures?, to new: PathFigures, over seconds: Double) {
    guard seconds > 0 else { return nil }
    func share(_ figure: (PathFigures) -> UInt64?) -> Double? {
      guard let now = figure(new) else { return nil }
      guard let old else { return Double(now) / 1e6 / seconds }
      guard let before = figure(old) else { return nil }
      return now > before ? Double(now - before) / 1e6 / seconds : 0
    }
    guard let busy = share(\.busyTime), let receiveWindow = share(\.receiveWindowLimited),
      let sendBuffer = share(\.sendBufferLimited)
    else { return nil }
    self.init(busy, receiveWindow, sendBuffer)
  }

  package func share(of limit: SendLimit) -> Double {
    switch limit {
    case .application: 1 - busy
    case .receiveWindow: receiveWindow
    case .sendBuffer: sendBuffer
    case .path: path
    }
  }

  /// The largest share that is not the process's own.
  package var greatestLimit: Double { max(receiveWindow, sendBuffer, path) }

  /// What took the largest share; `nil` if there was nothing to send at all.
  package var limit: SendLimit? {
    if busyParts == 0 { return nil }
    return SendLimit.allCases.max { share(of: $0) < share(of: $1) }
  }
}

extension ConnectionTable {
  /// Where the time of a row went over the last interval; `nil` if that is not known.
  func shares(of row: Row) -> SendShares? {
    if row.counters.path.busyTime == nil { return nil }
    return row.sample == samples ? row.shares : .idle
  }
}
