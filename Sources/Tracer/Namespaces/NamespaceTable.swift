/// The names of the network namespaces that connections were seen in.
struct NamespaceTable {
  private let finder: NamespaceFinder
  private var known: [UInt32: NamespaceFinder.Found] = [:]
  private var directoryChange: Int64?
  /// When names are looked at again although nothing asks for it.
  private var nextSearch: Timestamp?

  /// Nanoseconds between such looks: each asks every process.
  private static let period: Int64 = 10_000_000_000
  /// How many are kept before those that are gone are forgotten.
  private static let limit = 1024

  init(finder: NamespaceFinder) {
    self.finder = finder
  }

  /// The namespaces among `inodes` that are new, and all whose name is another one now.
  ///
  /// The kernel gives an inode again as soon as its namespace is gone, so the name of each of
  /// `inodes`, in which something opened or ended, is proven anew. The name of one that is gone
  /// stays until its inode is another's: what ended in it was there.
  mutating func update(_ inodes: Set<UInt32>, at now: Timestamp) -> [NetworkNamespace] {
    let change = finder.directoryChange()
    let isDue = nextSearch.map { $0 <= now } ?? true
    var doubtful = inodes.filter { inode in
      guard let found = known[inode] else { return true }
      // What nobody could name is not searched for at each batch.
      return found.evidence == nil ? isDue : !finder.stillHolds(found)
    }
    if change != directoryChange {
      doubtful.formUnion(known.keys)
    } else if isDue {
      doubtful.formUnion(known.values.filter { !finder.stillHolds($0) }.map(\.namespace.inode))
    }
    directoryChange = change
    if isDue || !doubtful.isEmpty {
      nextSearch = Timestamp(nanoseconds: now.nanoseconds + Self.period)
    }
    if doubtful.isEmpty { return [] }

    var updates: [NetworkNamespace] = []
    for found in finder.find(doubtful) {
      let inode = found.namespace.inode
      let before = known[inode]
      if found.evidence == nil, before != nil, !inodes.contains(inode) {
        if known.count > Self.limit { known[inode] = nil }
        continue
      }
      known[inode] = found
      if before?.namespace != found.namespace { updates.append(found.namespace) }
    }
    return updates
  }
}
