import Connections
import SystemPackage

/// The names of the network namespaces that connections were seen in.
struct NamespaceTable {
  private let finder: NamespaceFinder
  private var known: [UInt32: NamespaceFinder.Found] = [:]
  /// The inode of the host's, if the kernel reported it.
  var host: UInt32?
  /// `net_cookie` of the namespaces that have these inodes, by the newest record of each.
  private var cookies: [UInt32: (cookie: UInt64, at: UInt64)] = [:]
  private var lastCookie: UInt64 = 0
  /// That of each namespace when it was named.
  private var named: [UInt32: UInt64] = [:]
  private var directoryChange: Int64?
  /// When names are checked again although nothing suggests a change.
  private var nextSearch: Timestamp?

  /// Nanoseconds between such checks: each reads every process.
  private static let period: Int64 = 10_000_000_000
  /// How many are kept before those that are gone are forgotten.
  private static let limit = 1024

  init(finder: NamespaceFinder) {
    self.finder = finder
  }

  /// The namespaces that a shortage of files keeps without a name, by inode.
  var shortages: [UInt32: Errno] {
    known.compactMapValues { $0.namespace.name == nil ? $0.shortage : nil }
  }

  /// The namespaces among `inodes` that are new, and all whose name is another one now.
  ///
  /// The kernel gives an inode again as soon as its namespace is gone, so the name of each of
  /// `inodes`, in which something opened or ended, is proven again. The name of one that is gone
  /// stays until its inode is another's: what ended in it was there. So does the name that
  /// `ip netns` or a container gave, where a namespace outlives that: as long as its cookie is
  /// the same, so is the namespace.
  mutating func update(_ inodes: Set<UInt32>, at now: Timestamp) -> [NetworkNamespace] {
    let change = finder.directoryChange()
    let isDue = nextSearch.map { $0 <= now } ?? true
    var doubtful = inodes.filter { inode in
      guard let found = known[inode], named[inode] == cookies[inode]?.cookie else { return true }
      // What nobody could name is not searched for at each batch.
      return found.evidence == nil ? isDue : !finder.stillHolds(found)
    }
    if change != directoryChange {
      doubtful.formUnion(known.keys)
    } else if isDue {
      doubtful.formUnion(known.values.filter { !finder.stillHolds($0) }.map(\.namespace.inode))
    }
    directoryChange = change
    if isDue { nextSearch = Timestamp(nanoseconds: now.nanoseconds + Self.period) }
    if doubtful.isEmpty { return [] }

    var updates: [NetworkNamespace] = []
    for found in finder.find(doubtful, host: host) {
      let found = keepingName(found)
      let inode = found.namespace.inode
      let before = known[inode]
      if found.evidence == nil, before != nil, !inodes.contains(inode) {
        known[inode]?.shortage = found.shortage
        if known.count > Self.limit { forget(inode) }
        continue
      }
      known[inode] = found
      named[inode] = cookies[inode]?.cookie
      if before?.namespace != found.namespace { updates.append(found.namespace) }
    }
    return updates
  }

  /// Takes in which namespace has an inode: `net_cookie`, which is never used again; 0 where the
  /// kernel does not report it.
  ///
  /// - Parameter time: of the record that reported it; an older one changes nothing.
  mutating func note(_ inode: UInt32, cookie: UInt64, at time: UInt64) {
    // Records of one namespace often follow each other.
    if cookie == lastCookie || cookie == 0 { return }
    if let known = cookies[inode], known.at > time { return }
    lastCookie = cookie
    cookies[inode] = (cookie, time)
  }

  /// What was found, with the name that it had before where that is the better one and the
  /// namespace still the same.
  private func keepingName(_ found: NamespaceFinder.Found) -> NamespaceFinder.Found {
    let inode = found.namespace.inode
    // One process is as good as another, so the first stays for as long as it is there.
    if let before = known[inode], before.namespace.nameSource == .process,
      found.namespace.nameSource == .process, finder.stillHolds(before)
    {
      return before
    }
    guard let before = known[inode]?.namespace, let cookie = named[inode],
      cookie == cookies[inode]?.cookie,
      Self.rank(before.nameSource) > max(1, Self.rank(found.namespace.nameSource))
        || found.namespace.nameSource == nil
    else { return found }
    return NamespaceFinder.Found(namespace: before, evidence: found.evidence)
  }

  /// How much the source of a name is worth. One of the lowest rank takes the place of another.
  private static func rank(_ source: NetworkNamespace.NameSource?) -> Int {
    switch source {
    case nil: 0
    case .process, .own: 1
    case .container: 2
    case .ipNetns: 3
    case .host: 4
    }
  }

  private mutating func forget(_ inode: UInt32) {
    known[inode] = nil
    named[inode] = nil
    cookies[inode] = nil
  }
}
