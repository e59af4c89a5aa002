internal import CTracer
import Connections
import Glibc
import SystemPackage

/// Finds the network namespaces of the host and what names them.
struct NamespaceFinder: Sendable {
  let proc: ProcFS
  /// Where `ip netns` keeps its namespaces.
  private let directory: String
  private let containers: ContainerNames
  private let clock = BootClock()
  /// Whether `proc` has the processes of the host, rather than those of a container.
  let isOfHost: Bool
  /// What the namespace is called that nettop is in, where nothing better is known of it.
  static let ownName = "own"
  /// That namespace, as `/proc` has it.
  private static let ownFile = "self/ns/net"

  /// A namespace, and what showed that it is the one.
  struct Found: Hashable, Sendable {
    let namespace: NetworkNamespace
    let evidence: Evidence?
    /// The shortage of files that kept it from being named; `nil` if nothing did.
    var shortage: Errno?
  }

  /// What names a namespace for as long as it is that namespace's.
  enum Evidence: Hashable, Sendable {
    /// A file that is the namespace.
    case file([CChar])
    /// A process in it, with its name.
    case process(Int32, String)
    /// The kernel reports it, and it never changes.
    case kernel
  }

  init(
    proc: ProcFS,
    directory: String = "/run/netns",
    containers: ContainerNames = ContainerNames(),
    isOfHost: Bool? = nil
  ) {
    self.proc = proc
    self.isOfHost = isOfHost ?? proc.isOfHost
    self.directory = directory
    self.containers = containers
  }

  /// The namespaces with these inodes, each with its name if it has one, ascending.
  func namespaces(_ inodes: Set<UInt32>) -> [NetworkNamespace] {
    find(inodes).map(\.namespace)
  }

  /// The namespaces with these inodes, ascending: named by `ip netns`, else by the container that
  /// its processes run in, else by the oldest of them. The one that nettop is in needs no process to
  /// name it.
  ///
  /// - Parameter host: the inode of the host's, where the kernel reported it. Otherwise only the
  ///   host's processes show it, which a container does not see.
  func find(_ inodes: Set<UInt32>, host: UInt32? = nil) -> [Found] {
    var found: [UInt32: Found] = [:]
    var shortage: Errno?
    let own = proc.link("self").flatMap { Int32($0) }
    let ownInode = proc.namespaceInode(Self.ownFile)
    var named: [UInt32: [Named]] = [:]
    do throws(Errno) {
      named = Dictionary(grouping: try ipNetns().filter { inodes.contains($0.inode) }, by: \.inode)
    } catch {
      shortage = error
    }
    func add(_ inode: UInt32, _ name: String, _ source: NetworkNamespace.NameSource, _ by: Evidence)
    {
      found[inode] = Found(
        namespace: NetworkNamespace(
          inode: inode,
          name: name,
          nameSource: source,
          aliases: (named[inode] ?? []).map(\.name).filter { $0 != name },
          isOwn: inode == ownInode
        ),
        evidence: by
      )
    }
    for (inode, names) in named {
      if let first = names.first { add(inode, first.name, .ipNetns, .file(first.path)) }
    }
    if let host {
      add(host, "host", .host, .kernel)
    } else if isOfHost {
      // PID 2 is kthreadd; PID 1 may be hidden even from root.
      for file in ["1/ns/net", "2/ns/net"] {
        guard let host = proc.namespaceInode(file) else { continue }
        add(host, "host", .host, .file(Array("\(proc.root)/\(file)".utf8CString)))
        break
      }
    }
    let unnamed = inodes.filter { found[$0] == nil }
    var processes: [UInt32: [Int32]] = [:]
    // A name of `ip netns` comes before that of a process, so neither is taken while one is unknown.
    if !unnamed.isEmpty, shortage == nil {
      do throws(Errno) { processes = try self.processes(in: unnamed) } catch { shortage = error }
    }
    for (inode, all) in processes {
      // This process says nothing about a namespace to its user.
      let pids = all.filter { $0 != own }
      if let (pid, container) = container(among: pids) {
        add(inode, container.label, .container, .process(pid, comm(pid) ?? ""))
      } else if inode != ownInode, let oldest = oldest(of: pids), let name = comm(oldest) {
        add(inode, "\(name)/\(oldest)", .process, .process(oldest, name))
      }
    }
    // Processes come and go in it all the time: a name after one of them would say little.
    if let ownInode, unnamed.contains(ownInode), found[ownInode] == nil, shortage == nil {
      add(ownInode, Self.ownName, .own, .file(Array("\(proc.root)/\(Self.ownFile)".utf8CString)))
    }
    return inodes.sorted().map {
      found[$0]
        ?? Found(
          namespace: NetworkNamespace(
            inode: $0,
            name: nil,
            nameSource: nil,
            isOwn: $0 == ownInode
          ),
          evidence: nil,
          shortage: shortage
        )
    }
  }

  /// Whether what named a namespace still does. Not so where its inode is another's, or the process
  /// another one, or has another name.
  func stillHolds(_ found: Found) -> Bool {
    switch found.evidence {
    case .file(let path): Self.inode(path) == found.namespace.inode
    case .process(let pid, let name):
      proc.namespaceInode("\(pid)/ns/net") == found.namespace.inode && comm(pid) == name
    case .kernel: true
    case nil: false
    }
  }

  /// The processes in each of these namespaces, by PID.
  private func processes(in inodes: Set<UInt32>) throws(Errno) -> [UInt32: [Int32]] {
    var pids: [UInt32: [Int32]] = [:]
    for pid in try proc.listPIDs() {
      if let inode = proc.namespaceInode("\(pid)/ns/net"), inodes.contains(inode) {
        pids[inode, default: []].append(pid)
      }
    }
    return pids
  }

  /// The process of these that started first. It is likely to be the one that the others came from,
  /// and to outlive them; PIDs do not show it, as they are used again.
  private func oldest(of pids: [Int32]) -> Int32? {
    guard pids.count > 1 else { return pids.first }
    func start(_ pid: Int32) -> UInt64 { proc.processStat(pid)?.startTicks ?? .max }
    return pids.map { (start: start($0), pid: $0) }.min { $0 < $1 }?.pid
  }

  /// The container that one of these processes runs in; none that nettop or all of the host is in.
  private func container(among pids: [Int32]) -> (pid: Int32, Container)? {
    let ours = [proc.controlGroups(1), ProcFS().controlGroups(getpid())].map { $0?.container?.id }
    for pid in pids {
      if let container = container(of: pid), !ours.contains(container.id) {
        return (pid, container)
      }
    }
    return nil
  }

  /// The container that a process runs in; a service of systemd is none.
  func container(of pid: Int32) -> Container? {
    guard let container = proc.controlGroups(pid)?.container, container.runtime != .systemd else {
      return nil
    }
    return containers.named(container, at: clock.now)
  }

  private func comm(_ pid: Int32) -> String? {
    proc.read("\(pid)/comm").map {
      String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
  }

  static func inode(_ path: [CChar]) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? UInt32(truncatingIfNeeded: status.st_ino) : nil
  }

  /// The inodes of all namespaces that a process is in or that `ip netns` has.
  ///
  /// - Throws: a shortage of files.
  func inodes() throws(Errno) -> Set<UInt32> {
    var inodes = Set(try ipNetns().map(\.inode))
    for pid in try proc.listPIDs() {
      if let inode = proc.namespaceInode("\(pid)/ns/net") { inodes.insert(inode) }
    }
    return inodes
  }

  /// Where each namespace can be opened that a process is in or that `ip netns` has: a few places,
  /// as a process can leave.
  ///
  /// - Throws: a shortage of files.
  func places() throws(Errno) -> [UInt32: [[CChar]]] {
    var places: [UInt32: [[CChar]]] = [:]
    for (_, path, inode) in try ipNetns() { places[inode, default: []].append(path) }
    for pid in try proc.listPIDs() {
      let path = "\(pid)/ns/net"
      guard let inode = proc.namespaceInode(path), places[inode]?.count ?? 0 < 3 else { continue }
      places[inode, default: []].append(Array("\(proc.root)/\(path)".utf8CString))
    }
    return places
  }

  /// A file descriptor of the namespace with this inode, which the caller closes; `nil` if no
  /// process is in it and `ip netns` does not have it.
  ///
  /// - Parameter holder: a process that is likely in it, so that not all have to be asked.
  /// - Throws: a shortage of files.
  func open(_ inode: UInt32, holder: Int32?) throws(Errno) -> Int32? {
    func open(_ path: [CChar]) throws(Errno) -> Int32? {
      do throws(Errno) {
        return try Self.open(path, inode)
      } catch {
        if error.isShortageOfFiles { throw error }
        return nil
      }
    }
    func open(process pid: Int32) throws(Errno) -> Int32? {
      let path = "\(pid)/ns/net"
      guard proc.namespaceInode(path) == inode else { return nil }
      return try open(Array("\(proc.root)/\(path)".utf8CString))
    }
    if let holder, let descriptor = try open(process: holder) { return descriptor }
    for (_, path, found) in try ipNetns() where found == inode {
      if let descriptor = try open(path) { return descriptor }
    }
    for pid in try proc.listPIDs() {
      if let descriptor = try open(process: pid) { return descriptor }
    }
    return nil
  }

  /// Opens a file if it is the namespace with this inode: its path can be another's meanwhile.
  ///
  /// - Throws: why it cannot be opened.
  static func open(_ path: [CChar], _ inode: UInt32) throws(Errno) -> Int32? {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
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

  /// One of `ip netns`, with its path, since a name need not be text.
  private typealias Named = (name: String, path: [CChar], inode: UInt32)

  private func ipNetns() throws(Errno) -> [Named] {
    try ProcFS(root: directory).list().compactMap { entry -> Named? in
      let path = (Array("\(directory)/".utf8) + entry + [0]).map(CChar.init(truncatingIfNeeded:))
      return Self.inode(path).map { (String(decoding: entry, as: UTF8.self), path, $0) }
    }
    .sorted { $0.name < $1.name }
  }
}
