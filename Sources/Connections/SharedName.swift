import Synchronization

/// A name of which there are few on any host, in two bytes: many connections have the same one.
struct SharedName: Hashable, Sendable {
  private static let known = Mutex<[String]>([])

  /// Its place among those that are known, from 1; 0 for none.
  private var number: UInt16 = 0

  /// Also `nil` for a name that came after 65,535 others.
  var name: String? {
    get { number == 0 ? nil : Self.known.withLock { $0[Int(number) - 1] } }
    set {
      number =
        newValue.map { name in
          Self.known.withLock { known in
            if let place = known.firstIndex(of: name) { return UInt16(place + 1) }
            guard known.count < UInt16.max else { return 0 }
            known.append(name)
            return UInt16(known.count)
          }
        } ?? 0
    }
  }
}
