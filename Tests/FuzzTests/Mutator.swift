/// Makes inputs of others, as people who mean ill and networks that fail do.
struct Mutator {
  private var random: SplitMix
  private let seeds: [[UInt8]]
  private let limit: Int

  /// Values at which numbers change their meaning.
  private static let edges: [UInt8] = [0, 1, 0x1B, 0x20, 0x7F, 0x80, 0xC0, 0xFF]

  /// - Parameters:
  ///   - seeds: what to begin with, at least one.
  ///   - limit: how long an input may be, in bytes.
  init(_ seeds: [[UInt8]], limit: Int, seed: UInt64) {
    self.seeds = seeds
    self.limit = limit
    random = SplitMix(state: seed)
  }

  mutating func next() -> [UInt8] {
    var bytes = seeds.randomElement(using: &random) ?? []
    for _ in 0..<(1 << Int.random(in: 0...4, using: &random)) { mutate(&bytes) }
    return Array(bytes.prefix(limit))
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let length = Int.random(in: 0...min(bytes.count - place, 32), using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: bytes.removeSubrange(place..<(place + length))
    case 1: bytes.insert(Mutator.edges.randomElement(using: &random) ?? 0, at: place)
    case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 3 where place < bytes.count:
      bytes[place] = Mutator.edges.randomElement(using: &random) ?? 0
    case 4 where place < bytes.count:
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 5:
      let copies = Int.random(in: 1...4, using: &random)
      let part = Array(bytes[place..<(place + length)])
      for _ in 0..<copies { bytes.insert(contentsOf: part, at: place) }
    default:
      let other = seeds.randomElement(using: &random) ?? []
      let start = Int.random(in: 0...other.count, using: &random)
      bytes.replaceSubrange(place..., with: other[start...])
    }
  }
}

/// A generator that a seed repeats.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
