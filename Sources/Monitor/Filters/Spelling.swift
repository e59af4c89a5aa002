/// What an unknown word may have meant.
package enum Spelling {
  /// The word that differs least, if close enough; of several, the one that begins most alike.
  package static func nearest(to word: String, in known: [String]) -> String? {
    // Beyond the longest name, nothing is near.
    guard word.utf8.count <= 32 else { return nil }
    let letters = Array(word.lowercased())
    let candidates = known.map { name in
      let other = Array(name.lowercased())
      let alike = zip(letters, other).prefix { $0 == $1 }.count
      return (name: name, distance: distance(letters, other), alike: alike)
    }
    let best = candidates.min { ($0.distance, -$0.alike) < ($1.distance, -$1.alike) }
    return best.flatMap { $0.distance <= max(1, letters.count / 3) ? $0.name : nil }
  }

  /// `: did you mean 'x'?` for the shortest that begins with the word, for the nearest, or else what
  /// there is instead.
  static func hint(for word: String, in known: [String], otherwise: String) -> String {
    let typed = word.lowercased()
    let longer = known.filter { typed.count > 1 && $0.lowercased().hasPrefix(typed) }
    let meant = longer.min { $0.count < $1.count } ?? nearest(to: word, in: known)
    return meant.map { ": did you mean '\($0)'?" } ?? otherwise
  }

  /// How many letters must be inserted, deleted, changed or swapped with the next.
  private static func distance(_ lhs: [Character], _ rhs: [Character]) -> Int {
    var before: [Int] = []
    var previous = Array(0...rhs.count)
    for (i, left) in lhs.enumerated() {
      var current = [i + 1]
      for (j, right) in rhs.enumerated() {
        var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (left == right ? 0 : 1))
        if i > 0, j > 0, left == rhs[j - 1], lhs[i - 1] == right {
          best = min(best, before[j - 1] + 1)
        }
        current.append(best)
      }
      before = previous
      previous = current
    }
    return previous[rhs.count]
  }
}
