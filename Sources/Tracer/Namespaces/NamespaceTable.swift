import Glibc

/// The names of network namespaces, looked up when one is met.
struct NamespaceTable {
  private let proc: ProcFS
  /// Where `ip netns` keeps its namespaces.
  private let directory: String
  private var known: [UInt32: NetworkNamespace] = [:]
  private var directoryChange: Int64?
  /// When unnamed ones are looked for again.
  private var nextSearch: Timestamp?

  init(proc: ProcFS, directory: String = "/run/netns") {
    self.proc = proc
    self.directory = directory
  }

  /// The namespaces among `inodes` that are new, and all whose name is another one now.
  mutating func update(_ inodes: Set<UInt32>, at now: Timestamp) -> [NetworkNamespace] {
    let change = modification(of: directory)
    let renamed = change != directoryChange
    let unnamed = inodes.filter { known[$0]?.name == nil }
    let unmet = inodes.contains { known[$0] == nil }
    guard renamed || unmet || (!unnamed.isEmpty && nextSearch.map { $0 <= now } ?? true)
    else { return [] }
    directoryChange = change
    // Every process is asked, so a namespace that nobody can name is not asked for at each batch.
    nextSearch = Timestamp(nanoseconds: now.nanoseconds + 10_000_000_000)

    let names = search(Set(known.keys).union(inodes))
    let updates = names.filter { known[$0.inode] != $0 }
    for namespace in updates { known[namespace.inode] = namespace }
    return updates
  }

  private func search(_ inodes: Set<UInt32>) -> [NetworkNamespace] {
    var names: [UInt32: NetworkNamespace] = [:]
    for (name, inode) in ipNetns() where inodes.contains(inode) && names[inode] == nil {
      names[inode] = NetworkNamespace(inode: inode, name: name, nameSource: .ipNetns)
    }
    // PID 2 is kthreadd; PID 1 may be hidden even from root.
    if let host = proc.namespaceInode("1/ns/net") ?? proc.namespaceInode("2/ns/net") {
      names[host] = NetworkNamespace(inode: host, name: "host", nameSource: .host)
    }
    if inodes.contains(where: { names[$0] == nil }) {
      for pid in proc.pids() {
        guard let inode = proc.namespaceInode("\(pid)/ns/net"), inodes.contains(inode),
          names[inode] == nil, let comm = proc.read("\(pid)/comm")
        else { continue }
        let name = String(decoding: comm.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        names[inode] = NetworkNamespace(inode: inode, name: "\(name)/\(pid)", nameSource: .process)
      }
    }
    return inodes.sorted().map {
      names[$0] ?? NetworkNamespace(inode: $0, name: nil, nameSource: nil)
    }
  }

  /// A file descriptor each of all namespaces that can be entered, by inode. The caller closes them.
  func openAll() -> [UInt32: Int32] {
    var open: [UInt32: Int32] = [:]
    func add(_ path: String, _ inode: UInt32) {
      guard open[inode] == nil else { return }
      let fd = Glibc.open(path, O_RDONLY | O_CLOEXEC)
      if fd >= 0 { open[inode] = fd }
    }
    for (name, inode) in ipNetns() { add("\(directory)/\(name)", inode) }
    for pid in proc.pids() {
      let path = "\(pid)/ns/net"
      if let inode = proc.namespaceInode(path) { add("\(proc.root)/\(path)", inode) }
    }
    return open
  }

  private func ipNetns() -> [(name: String, inode: UInt32)] {
    guard let entries = opendir(directory) else { return [] }
    defer { closedir(entries) }
    var names: [(String, UInt32)] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var status = stat()
      guard name != ".", name != "..", stat("\(directory)/\(name)", &status) == 0 else { continue }
      names.append((name, UInt32(truncatingIfNeeded: status.st_ino)))
    }
    return names.sorted { $0 < $1 }
  }

  private func modification(of path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
  }
}
