/// The names of the network namespaces that connections were seen in.
struct NamespaceTable {
  private let finder: NamespaceFinder
  private var known: [UInt32: NetworkNamespace] = [:]
  private var directoryChange: Int64?
  /// When those without a name are looked for again.
  private var nextSearch: Timestamp?

  init(finder: NamespaceFinder) {
    self.finder = finder
  }

  /// The namespaces among `inodes` that are new, and all whose name is another one now.
  mutating func update(_ inodes: Set<UInt32>, at now: Timestamp) -> [NetworkNamespace] {
    let change = finder.directoryChange()
    let unmet = inodes.contains { known[$0] == nil }
    let unnamed = inodes.contains { known[$0]?.name == nil }
    guard change != directoryChange || unmet || (unnamed && nextSearch.map { $0 <= now } ?? true)
    else { return [] }
    directoryChange = change
    // It asks every process, so what nobody can name is not searched for at each batch.
    nextSearch = Timestamp(nanoseconds: now.nanoseconds + 10_000_000_000)

    let updates = finder.namespaces(inodes.union(known.keys)).filter { known[$0.inode] != $0 }
    for namespace in updates { known[namespace.inode] = namespace }
    return updates
  }
}
