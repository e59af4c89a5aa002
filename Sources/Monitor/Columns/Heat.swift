import StyledText

/// Thresholds above which figures are highlighted.
enum Heat {
  /// In microseconds: noticeable, and slow.
  static let mediumRTT: UInt32 = 200_000
  static let highRTT: UInt32 = 1_000_000
  /// The share of segments that were retransmitted from which on throughput suffers.
  static let highShare = 0.01
  /// The share of time with a full receive window from which on the peer sets the pace.
  static let highWindowShare = 0.5
  /// In bytes per second: enough to fill a slow line, and a gigabit line.
  static let mediumRate = 1_000_000.0
  static let highRate = 100_000_000.0

  static func style(rtt microseconds: UInt32?) -> Style {
    switch microseconds ?? 0 {
    case ..<mediumRTT: .plain
    case ..<highRTT: .medium
    default: .high
    }
  }

  static func style(share: Double?) -> Style {
    switch share ?? 0 {
    case ...0: .plain
    case ..<highShare: .medium
    default: .high
    }
  }

  static func style(rate: Double?) -> Style {
    switch rate ?? 0 {
    case ...0: .faint
    case ..<mediumRate: .plain
    case ..<highRate: .low
    default: .medium
    }
  }
}
