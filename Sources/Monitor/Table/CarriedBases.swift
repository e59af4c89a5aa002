/// By slot, what rows had carried before groups counted it, in half of the room that it takes as a
/// growth: after some minutes, all connections that are older than nettop have one.
struct CarriedBases: Sendable {
  /// Numbers that nearly all connections have. In halves, so that none is aligned to eight bytes.
  private struct Packed {
    private let sent: (UInt32, UInt32)
    private let received: (UInt32, UInt32)
    private let packetsSent: UInt32
    private let packetsReceived: UInt32
    private let retransmits: UInt32

    /// `nil` if they are others.
    init?(_ growth: Growth) {
      guard growth.accepted == 0, growth.drops == 0,
        let packetsSent = UInt32(exactly: growth.packetsSent),
        let packetsReceived = UInt32(exactly: growth.packetsReceived),
        let retransmits = UInt32(exactly: growth.retransmits)
      else { return nil }
      sent = Self.halves(growth.bytesSent)
      received = Self.halves(growth.bytesReceived)
      (self.packetsSent, self.packetsReceived) = (packetsSent, packetsReceived)
      self.retransmits = retransmits
    }

    var growth: Growth {
      var growth = Growth()
      growth.bytesSent = Self.whole(sent)
      growth.bytesReceived = Self.whole(received)
      growth.packetsSent = UInt64(packetsSent)
      growth.packetsReceived = UInt64(packetsReceived)
      growth.retransmits = UInt64(retransmits)
      return growth
    }

    private static func halves(_ number: UInt64) -> (UInt32, UInt32) {
      (UInt32(number >> 32), UInt32(truncatingIfNeeded: number))
    }

    private static func whole(_ halves: (UInt32, UInt32)) -> UInt64 {
      UInt64(halves.0) << 32 | UInt64(halves.1)
    }
  }

  /// Below this many nothing is given back.
  private static let leastRoom = 4096
  private static let none: Int32 = -1
  private static let unpacked: Int32 = -2

  /// By slot, the index in `packed`, or `none` or `unpacked`.
  private var places: [Int32] = []
  private var packed: [Packed] = []
  /// Indices of `packed` that are of no slot.
  private var free: [Int32] = []
  private var others: [Int32: Growth] = [:]

  /// How many slots have one.
  var count: Int { packed.count - free.count + others.count }

  /// How many there is room for without more memory.
  var room: Int { packed.capacity }

  subscript(slot: Int32) -> Growth? {
    guard Int(slot) < places.count else { return nil }
    let place = places[Int(slot)]
    if place >= 0 { return packed[Int(place)].growth }
    return place == Self.unpacked ? others[slot] : nil
  }

  /// Keeps what the row of a slot had carried.
  mutating func insert(_ growth: Growth, for slot: Int32) {
    remove(slot)
    if places.count <= Int(slot) {
      places += repeatElement(Self.none, count: Int(slot) + 1 - places.count)
    }
    guard let small = Packed(growth) else {
      others[slot] = growth
      places[Int(slot)] = Self.unpacked
      return
    }
    if let place = free.popLast() {
      packed[Int(place)] = small
      places[Int(slot)] = place
    } else {
      places[Int(slot)] = Int32(packed.count)
      packed.append(small)
    }
  }

  mutating func remove(_ slot: Int32) {
    guard Int(slot) < places.count else { return }
    let place = places[Int(slot)]
    places[Int(slot)] = Self.none
    if place >= 0 { free.append(place) }
    if place == Self.unpacked { others[slot] = nil }
  }

  /// Gives memory back once far fewer slots have one than did.
  ///
  /// - Parameter bound: one more than the highest slot in use.
  mutating func shrink(_ bound: Int32) {
    if places.count > Int(bound) * 2, places.count > Self.leastRoom {
      for slot in Int(bound)..<places.count { remove(Int32(slot)) }
      places = Array(places[..<Int(bound)])
    }
    guard packed.count > Self.leastRoom, free.count * 4 > packed.count * 3 else { return }
    var left: [Packed] = []
    left.reserveCapacity((packed.count - free.count) * 2)
    for slot in places.indices where places[slot] >= 0 {
      left.append(packed[Int(places[slot])])
      places[slot] = Int32(left.count - 1)
    }
    (packed, free) = (left, [])
  }
}
