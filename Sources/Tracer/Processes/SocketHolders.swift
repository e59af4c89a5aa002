import Connections
import Glibc

/// Finds which processes hold which sockets, by the links of `/proc/PID/fd`.
struct SocketHolders {
  private let proc: ProcFS

  /// How many processes are listed beside the owner of a socket.
  private static let mostOthers = 16

  init(proc: ProcFS) {
    self.proc = proc
  }

  /// What a search found.
  struct Search {
    /// By the inodes of the sockets.
    fileprivate(set) var owners: [UInt32: Owner] = [:]
    /// Processes whose files may not be looked at.
    fileprivate(set) var hidden = 0
    /// Processes that hold a socket beside its owner and are not listed with it.
    fileprivate(set) var unlisted = 0
  }

  /// Looks at the files of all processes.
  ///
  /// - Parameters:
  ///   - inodes: of the sockets whose holders matter.
  ///   - processes: completes what is known of a process.
  func search(_ inodes: Set<UInt32>, _ processes: inout ProcessTable) -> Search {
    var search = Search()
    if inodes.isEmpty { return search }
    var holders: [UInt32: [Process]] = [:]
    var parents: [Process.ID: Int32] = [:]
    holders.reserveCapacity(inodes.count)
    for pid in proc.pids() {
      let (sockets, isHidden) = sockets(of: pid, inodes)
      if isHidden { search.hidden += 1 }
      guard !sockets.isEmpty, let (process, parent) = process(pid, &processes) else { continue }
      parents[process.id] = parent
      for inode in sockets {
        // A process can hold a socket by many descriptors.
        if holders[inode]?.last?.id == process.id { continue }
        if holders[inode]?.count ?? 0 > Self.mostOthers {
          search.unlisted += 1
          continue
        }
        holders[inode, default: []].append(process)
      }
    }
    search.owners.reserveCapacity(holders.count)
    for (inode, processes) in holders {
      // The one that started first made it; the others have it by fork or `SCM_RIGHTS`.
      let first = processes.min { Self.precedes($0, $1, parents) }
      guard let first else { continue }
      let others = processes.count == 1 ? [] : processes.filter { $0.id != first.id }
      search.owners[inode] = Owner(process: first, source: .scan, others: others)
    }
    return search
  }

  private static func precedes(
    _ one: Process,
    _ other: Process,
    _ parents: [Process.ID: Int32]
  ) -> Bool {
    if one.id.startTicks != other.id.startTicks { return one.id.startTicks < other.id.startTicks }
    // Both started within a tick. The PID of a child can be the lower one, as they begin again.
    if parents[other.id] == one.id.pid { return true }
    return parents[one.id] != other.id.pid && one.id.pid < other.id.pid
  }

  /// Those of the sockets that a process has, each as often as it has descriptors of it.
  private func sockets(
    of pid: Int32,
    _ inodes: Set<UInt32>
  ) -> (sockets: [UInt32], isHidden: Bool) {
    guard let directory = opendir("\(proc.root)/\(pid)/fd") else {
      return ([], errno == EACCES || errno == EPERM)
    }
    defer { closedir(directory) }
    let descriptor = dirfd(directory)
    var sockets: [UInt32] = []
    var target = [CChar](repeating: 0, count: 32)
    while let entry = readdir(directory) {
      let length = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) {
          readlinkat(descriptor, $0, &target, target.count)
        }
      }
      if length > 0, let inode = Self.socket(target[..<length]), inodes.contains(inode) {
        sockets.append(inode)
      }
    }
    return (sockets, false)
  }

  /// The inode in `socket:[1234]`; `nil` for any other file.
  static func socket(_ link: ArraySlice<CChar>) -> UInt32? {
    let prefix = "socket:[".utf8
    guard link.count > prefix.count + 1, link.last == CChar(UInt8(ascii: "]")),
      zip(link, prefix).allSatisfy({ UInt8(truncatingIfNeeded: $0) == $1 })
    else { return nil }
    var inode: UInt64 = 0
    for digit in link.dropFirst(prefix.count).dropLast() {
      let value = UInt64(UInt8(truncatingIfNeeded: digit)) &- UInt64(UInt8(ascii: "0"))
      guard value <= 9, inode <= UInt64(UInt32.max) else { return nil }
      inode = inode * 10 + value
    }
    // The kernel counts them with 64 bits, and reports 32 of these to sock_diag.
    return UInt32(exactly: inode)
  }

  /// A number that differs where a process runs another program, as far as its command line shows it.
  private func program(_ pid: Int32) -> UInt32 {
    (proc.read("\(pid)/cmdline") ?? []).reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  private func process(
    _ pid: Int32,
    _ processes: inout ProcessTable
  ) -> (Process, parent: Int32)? {
    guard let stat = proc.processStat(pid), let ids = proc.processIDs(pid) else { return nil }
    let process = processes.process(
      stat,
      pid: pid,
      uid: ids.user,
      gid: ids.group,
      execID: program(pid)
    )
    return (process, stat.parent)
  }
}

extension ProcFS {
  /// The real user and group IDs of a process, the first of each in `/proc/PID/status`; `nil` if there
  /// is no such process.
  func processIDs(_ pid: Int32) -> (user: UInt32, group: UInt32)? {
    guard let lines = read("\(pid)/status").map({ StatusLines($0) }),
      let user = lines.words("Uid").first.flatMap({ UInt32($0) }),
      let group = lines.words("Gid").first.flatMap({ UInt32($0) })
    else { return nil }
    return (user, group)
  }
}
