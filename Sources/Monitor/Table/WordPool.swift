/// Pieces of memory of a few words each. Those of the same length share an array, so that none has more
/// than its words.
struct WordPool: Sendable {
  /// Where a piece is.
  struct Place: Sendable {
    /// How many words it has.
    fileprivate let length: Int32
    /// Its number among those of its length.
    fileprivate let number: Int32
  }

  /// By length, all pieces one after the other.
  private var pieces: [[UInt64]] = []
  /// By length, the numbers of pieces that have left.
  private var free: [[Int32]] = []
  private var freeWords = 0
  private var words = 0

  /// The memory of all pieces.
  var bytes: Int { words * 8 }

  /// Whether most of the memory is that of pieces that have left.
  var isSparse: Bool { words > 65_536 && freeWords * 4 > words * 3 }

  subscript(place: Place) -> ArraySlice<UInt64> {
    let start = Int(place.number) * Int(place.length)
    return pieces[Int(place.length)][start..<start + Int(place.length)]
  }

  mutating func insert(_ piece: ArraySlice<UInt64>) -> Place {
    let length = piece.count
    while pieces.count <= length {
      pieces.append([])
      free.append([])
    }
    if let number = free[length].popLast() {
      let start = Int(number) * length
      pieces[length].replaceSubrange(start..<start + length, with: piece)
      freeWords -= length
      return Place(length: Int32(length), number: number)
    }
    pieces[length] += piece
    words += length
    return Place(length: Int32(length), number: Int32(pieces[length].count / length - 1))
  }

  mutating func remove(_ place: Place) {
    free[Int(place.length)].append(place.number)
    freeWords += Int(place.length)
  }
}
