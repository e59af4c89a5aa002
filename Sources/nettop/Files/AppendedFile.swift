import CProcess
import Glibc
import SystemPackage

/// A regular file that text is appended to. It is opened with no more rights than are those of who
/// named it, and never through a symbolic link in its place.
final class AppendedFile: Sendable {
  /// What was in the file when it was opened.
  struct Beginning: Hashable, Sendable {
    /// Its first line, without the end; `nil` if it has none, or may not be read.
    var line: String?
    /// Whether its last line has an end.
    var isWhole = true
  }

  /// Why a text was not written, and how much of it was.
  struct Shortage: Error {
    let code: Errno
    /// In bytes.
    let written: Int
  }

  let path: String
  let beginning: Beginning
  /// When the file was made, in seconds since 1970; when it was opened, if its file system does not
  /// know.
  let birth: Int64
  private let descriptor: Int32

  /// Longer than the first line of any log.
  private static let lineLimit = 1 << 16

  /// Opens a file, or makes it for its owner to write and its group to read, as far as the umask
  /// allows.
  convenience init(_ path: String) throws(FileRefusal) {
    let rights = try Self.rights(for: path)
    let opened = try rights.perform { () throws(FileRefusal) in
      let descriptor = try Self.open(path, isOfProcess: rights == .process)
      return (descriptor, Self.beginning(of: path, descriptor))
    }
    self.init(path, opened.0, opened.1)
  }

  /// Makes a file; `nil` if there is one already.
  convenience init?(new path: String) throws(FileRefusal) {
    let rights = try Self.rights(for: path)
    let made = try rights.perform { () throws(FileRefusal) -> Int32? in
      do throws(FileRefusal) {
        return try Self.open(path, isOfProcess: rights == .process, O_EXCL)
      } catch {
        if error == FileRefusal(Errno.fileExists) { return nil }
        throw error
      }
    }
    guard let made else { return nil }
    self.init(path, made, Beginning())
  }

  private init(_ path: String, _ descriptor: Int32, _ beginning: Beginning) {
    self.path = path
    self.descriptor = descriptor
    self.beginning = beginning
    let birth = file_birth(descriptor)
    self.birth = birth < 0 ? Int64(time(nil)) : birth
  }

  deinit {
    close(descriptor)
  }

  /// Its size in bytes.
  var size: Int64 {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// Whether its path still leads to it.
  var isInPlace: Bool { FileIdentity.isOpen(descriptor, at: path) }

  /// Appends bytes.
  func append(_ bytes: some Collection<UInt8>) throws(Shortage) {
    let all = Array(bytes)
    var written = 0
    while written < all.count {
      let count = all[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        written += count
      } else if count == 0 || errno != EINTR {
        throw Shortage(code: count == 0 ? .ioError : Errno(rawValue: errno), written: written)
      }
    }
  }

  /// Takes away its end, unless others have appended to it.
  ///
  /// - Returns: whether that could be done.
  func cut(from size: Int64, to smaller: Int64) -> Bool {
    self.size == size && ftruncate(descriptor, off_t(smaller)) == 0
  }

  /// The rights that a path is followed with. Root makes a file where other users can make entries
  /// too: what they put there before is refused once it is open, and with the sticky bit they cannot
  /// take root's file away.
  static func rights(for path: String) throws(FileRefusal) -> FileRights {
    guard FileRights.isRoot else { return .user(getuid()) }
    switch try PathOwner.of(path) {
    case .root, .nobody: return .process
    case .user(let user):
      // Whoever put it there would read what root writes.
      if isInSharedDirectory(path) { throw FileRefusal("it belongs to another user") }
      return .user(user)
    }
  }

  /// Whether all users can make entries beside a file, in a directory of root.
  private static func isInSharedDirectory(_ path: String) -> Bool {
    var status = stat()
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    return stat(directory, &status) == 0 && status.st_uid == 0 && status.st_mode & 0o022 != 0
  }

  private static func open(
    _ path: String,
    isOfProcess: Bool,
    _ more: Int32 = 0
  ) throws(FileRefusal) -> Int32 {
    // Never waits for whoever is to read from a pipe.
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
    let descriptor = Glibc.open(path, flags | more, 0o640)
    guard descriptor >= 0 else {
      if errno == ELOOP { throw FileRefusal("it is a symbolic link") }
      throw FileRefusal(Errno(rawValue: errno))
    }
    do throws(FileRefusal) {
      try check(descriptor, isOfProcess: isOfProcess)
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func check(_ descriptor: Int32, isOfProcess: Bool) throws(FileRefusal) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileRefusal(Errno(rawValue: errno)) }
    if let kind = UserFile.kindOfOther(status) {
      throw FileRefusal("it is \(kind), not a regular file")
    }
    guard isOfProcess else { return }
    // In a directory that others share, they can put a file of theirs there, or a second name of
    // another file of root.
    if status.st_uid != geteuid() { throw FileRefusal("it belongs to another user") }
    if status.st_nlink > 1 { throw FileRefusal("it has several names (hard links)") }
  }

  private static func beginning(of path: String, _ descriptor: Int32) -> Beginning {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return Beginning() }
    let reader = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard reader >= 0 else { return Beginning() }
    defer { close(reader) }
    guard FileIdentity(of: reader) == FileIdentity(of: descriptor) else { return Beginning() }
    var bytes = [UInt8](repeating: 0, count: Self.lineLimit)
    let count = pread(reader, &bytes, bytes.count, 0)
    let line = bytes.prefix(max(0, count)).firstIndex(of: 0x0a)
      .map { String(decoding: bytes[..<$0], as: UTF8.self) }
    var last: UInt8 = 0x0a
    pread(reader, &last, 1, off_t(status.st_size) - 1)
    return Beginning(line: line, isWhole: last == 0x0a)
  }
}
