internal import CTracer
import Glibc
import SystemPackage

/// Reads files of `/proc`, or of a tree made like it.
struct ProcFS: Sendable {
  let root: String

  init(root: String = "/proc") {
    self.root = root
  }

  /// The first `limit` bytes of a file; `nil` if it cannot be read, for whatever reason.
  func read(_ path: String, limit: Int = 4096) -> [UInt8]? {
    (try? contents(path, limit: limit)) ?? nil
  }

  /// The first `limit` bytes of a file; `nil` if there is none, or its process has ended.
  ///
  /// - Throws: why it cannot be read.
  func contents(_ path: String, limit: Int = 4096) throws(Errno) -> [UInt8]? {
    // A pipe in its place is not waited for.
    let options: FileDescriptor.OpenOptions = [.closeOnExec, .nonBlocking]
    do {
      let file = try FileDescriptor.open("\(root)/\(path)", .readOnly, options: options)
      defer { try? file.close() }
      return try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        while count < limit {
          let rest = UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]
          )
          let got = try file.read(into: rest)
          if got == 0 { break }
          count += got
        }
      }
    } catch Errno.noSuchFileOrDirectory, Errno.noSuchProcess {
      return nil
    } catch {
      // Of no other type are the errors of the system.
      throw error as? Errno ?? .ioError
    }
  }

  /// The identity of this boot, `/proc/sys/kernel/random/boot_id`; `nil` if it cannot be read.
  var bootID: String? {
    read("sys/kernel/random/boot_id").map { bytes in
      String(decoding: bytes.prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self)
    }
  }

  /// The target of a symbolic link, with invalid UTF-8 repaired; `nil` if it cannot be read.
  func link(_ path: String) -> String? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("\(root)/\(path)", &target, target.count)
    guard length > 0 else { return nil }
    return String(
      decoding: target.prefix(length).map(UInt8.init(truncatingIfNeeded:)),
      as: UTF8.self
    )
  }

  /// How many entries a directory has, `.` and `..` not counted; `nil` if it cannot be read.
  func entryCount(_ path: String) -> Int? {
    let path = "\(root)/\(path)"
    var status = stat()
    var system = statfs()
    // Since Linux 6.2 `fd` has it for its size. To list 100,000 of them takes a tenth of a second.
    if statfs(path, &system) == 0, system.f_type == Self.magic, stat(path, &status) == 0,
      status.st_size > 0
    {
      return Int(status.st_size)
    }
    return access(path, R_OK) == 0 ? ProcFS(root: path).entries().count : nil
  }

  /// `PROC_SUPER_MAGIC`.
  private static let magic = 0x9fa0

  /// The inode of a namespace: of the target of a link such as `1/ns/net`.
  func namespaceInode(_ path: String) -> UInt32? {
    var status = stat()
    guard stat("\(root)/\(path)", &status) == 0 else { return nil }
    return UInt32(truncatingIfNeeded: status.st_ino)
  }

  /// Whether it has the processes of the host: those of the PID namespace that the kernel began
  /// with. PID 1 may be hidden even from root; what `self` is, is among them.
  var isOfHost: Bool {
    ["1", "2", "self"].contains { namespaceInode("\($0)/ns/pid") == Self.firstPIDNamespace }
  }

  /// The inode of the PID namespace whose processes it has; `nil` for the host's, or where that is
  /// not known.
  var containerPIDNamespace: UInt32? {
    isOfHost ? nil : namespaceInode("1/ns/pid")
  }

  /// `PROC_PID_INIT_INO` of `include/linux/proc_ns.h`.
  static let firstPIDNamespace: UInt32 = 0xefff_fffc

  /// The PIDs of all processes, ascending.
  func pids() -> [Int32] { (try? listPIDs()) ?? [] }

  /// The PIDs of all processes, ascending.
  ///
  /// - Throws: as `list`.
  func listPIDs() throws(Errno) -> [Int32] {
    try listNumbers().sorted()
  }

  /// The entries whose names are numbers, such as PIDs or descriptors, in no order.
  ///
  /// - Throws: as `list`.
  func listNumbers() throws(Errno) -> [Int32] {
    try list().compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
  }

  /// The names of the entries, without `.` and `..`, with invalid UTF-8 repaired; none where there
  /// is no such directory.
  func names() -> [String] {
    entries().map { String(decoding: $0, as: UTF8.self) }
  }

  /// The names as they are, which need not be text; none where the directory cannot be read.
  func entries() -> [[UInt8]] { (try? list()) ?? [] }

  /// The names as they are; none if the directory is missing or may not be read.
  ///
  /// - Throws: a shortage of files: then it is not known what the directory has.
  func list() throws(Errno) -> [[UInt8]] {
    guard let directory = opendir(root) else {
      let reason = Errno(rawValue: errno)
      if reason.isShortageOfFiles { throw reason }
      return []
    }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: UInt8.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: 256).prefix { $0 != 0 })
        }
      }
      if name != [0x2e], name != [0x2e, 0x2e] { names.append(name) }
    }
    return names
  }
}
