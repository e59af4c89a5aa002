import Connections

/// What views and filters ask of every row. A table has those of all its rows side by side, so that
/// a look at 100,000 rows reads 1.2 MB of memory rather than the rows.
struct RowFacts: Hashable, Sendable {
  private struct Marks: OptionSet {
    let rawValue: UInt32

    static let isUsed = Marks(rawValue: 1)
    static let isListener = Marks(rawValue: 2)
    static let isFlow = Marks(rawValue: 4)
    static let isCounted = Marks(rawValue: 8)
    static let hasEnded = Marks(rawValue: 16)
    static let lingers = Marks(rawValue: 32)
    static let isTagged = Marks(rawValue: 64)
  }

  /// Of a slot without a row.
  static let free = RowFacts(owner: OwnerTable.none, netns: 0, bits: 0)

  let owner: OwnerTable.Slot
  let netns: UInt32
  /// The marks, and above them the state, the protocol and why the row ended, eight bits each.
  private let bits: UInt32

  private init(owner: OwnerTable.Slot, netns: UInt32, bits: UInt32) {
    self.owner = owner
    self.netns = netns
    self.bits = bits
  }

  init(_ row: RowPointer) {
    let reason = row.pointee.endReason
    var marks: Marks = .isUsed
    if row.pointee.isListener { marks.insert(.isListener) }
    if row.pointee.isFlow { marks.insert(.isFlow) }
    if row.pointee.isCounted { marks.insert(.isCounted) }
    if reason != nil { marks.insert(.hasEnded) }
    if row.pointee.lingers { marks.insert(.lingers) }
    if row.pointee.isTagged { marks.insert(.isTagged) }
    let (state, proto) = (UInt32(row.pointee.state.rawValue), UInt32(row.pointee.proto.place))
    self.init(
      owner: row.pointee.owner,
      netns: row.pointee.netns,
      bits: UInt32(reason ?? 0) << 24 | proto << 16 | state << 8 | marks.rawValue
    )
  }

  private func has(_ mark: Marks) -> Bool { bits & mark.rawValue != 0 }

  /// Whether the slot has a row.
  var isUsed: Bool { has(.isUsed) }
  var isListener: Bool { has(.isListener) }
  var isFlow: Bool { has(.isFlow) }
  var isCounted: Bool { has(.isCounted) }
  var hasEnded: Bool { has(.hasEnded) }
  var lingers: Bool { has(.lingers) }
  var isTagged: Bool { has(.isTagged) }
  /// As `Row.hasRetired`.
  var hasRetired: Bool { hasEnded && !lingers }

  /// The number of its state.
  var state: UInt64 { UInt64(bits >> 8 & 0xff) }
  /// As `TransportProtocol.place`.
  var proto: UInt64 { UInt64(bits >> 16 & 0xff) }
  /// The number of the reason why it ended.
  var reason: UInt64 { UInt64(bits >> 24) }

  /// As `Row.liveTally`.
  var liveTally: Int? {
    if hasEnded || !isCounted { return nil }
    return isFlow ? Tally.flow : Int(state)
  }
}

extension TransportProtocol {
  /// A small number of its own.
  var place: UInt8 {
    switch self {
    case .tcp: 0
    case .udp: 1
    case .mptcp: 2
    }
  }
}
