import Glibc

/// Finds the network namespaces of the host and what names them.
struct NamespaceFinder: Sendable {
  private let proc: ProcFS
  /// Where `ip netns` keeps its namespaces.
  private let directory: String

  init(proc: ProcFS, directory: String = "/run/netns") {
    self.proc = proc
    self.directory = directory
  }

  /// The namespaces with these inodes, each with its name if it has one, ascending.
  func namespaces(_ inodes: Set<UInt32>) -> [NetworkNamespace] {
    var names: [UInt32: NetworkNamespace] = [:]
    for (name, _, inode) in ipNetns() where inodes.contains(inode) && names[inode] == nil {
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

  /// The inodes of all namespaces that a process is in or that `ip netns` has.
  func inodes() -> Set<UInt32> {
    var inodes = Set(ipNetns().map(\.inode))
    for pid in proc.pids() {
      if let inode = proc.namespaceInode("\(pid)/ns/net") { inodes.insert(inode) }
    }
    return inodes
  }

  /// A file descriptor each of all namespaces that can be entered. The caller closes them.
  func openAll() -> [Int32] {
    var open: [UInt32: Int32] = [:]
    func add(_ path: [CChar], _ inode: UInt32) {
      guard open[inode] == nil else { return }
      let fd = Glibc.open(path, O_RDONLY | O_CLOEXEC)
      if fd >= 0 { open[inode] = fd }
    }
    for (_, path, inode) in ipNetns() { add(path, inode) }
    for pid in proc.pids() {
      let path = "\(pid)/ns/net"
      if let inode = proc.namespaceInode(path) {
        add(Array("\(proc.root)/\(path)".utf8CString), inode)
      }
    }
    return open.values.sorted()
  }

  /// A file descriptor of the namespace with this inode, which the caller closes; `nil` where no
  /// process is in it and `ip netns` does not have it.
  ///
  /// - Parameter holder: a process that is likely in it, so that not all have to be asked.
  func open(_ inode: UInt32, holder: Int32?) -> Int32? {
    func open(process pid: Int32) -> Int32? {
      let path = "\(pid)/ns/net"
      guard proc.namespaceInode(path) == inode else { return nil }
      return Self.open(Array("\(proc.root)/\(path)".utf8CString), inode)
    }
    if let descriptor = holder.flatMap(open(process:)) { return descriptor }
    for (_, path, found) in ipNetns() where found == inode {
      if let descriptor = Self.open(path, inode) { return descriptor }
    }
    for pid in proc.pids() {
      if let descriptor = open(process: pid) { return descriptor }
    }
    return nil
  }

  /// Opens a file if it is the namespace with this inode: its path can be another's meanwhile.
  private static func open(_ path: [CChar], _ inode: UInt32) -> Int32? {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    if fstat(descriptor, &status) == 0, UInt32(truncatingIfNeeded: status.st_ino) == inode {
      return descriptor
    }
    close(descriptor)
    return nil
  }

  /// When a namespace was last added to those of `ip netns`, or taken from them.
  func directoryChange() -> Int64? {
    var status = stat()
    guard stat(directory, &status) == 0 else { return nil }
    return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
  }

  /// Each with its path, since a name need not be text.
  private func ipNetns() -> [(name: String, path: [CChar], inode: UInt32)] {
    ProcFS(root: directory).entries().compactMap { entry in
      let path = (Array("\(directory)/".utf8) + entry + [0]).map(CChar.init(bitPattern:))
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      return (
        String(decoding: entry, as: UTF8.self), path, UInt32(truncatingIfNeeded: status.st_ino)
      )
    }
    .sorted { $0.name < $1.name }
  }
}

extension NetworkNamespace {
  /// All network namespaces of the host that a process is in or that `ip netns` has.
  package static func all() -> [NetworkNamespace] {
    let finder = NamespaceFinder(proc: ProcFS())
    return finder.namespaces(finder.inodes())
  }
}
