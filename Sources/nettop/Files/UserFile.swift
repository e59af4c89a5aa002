import Glibc
import SystemPackage

/// A small text file whose path comes from outside: from an option, the environment, or another such
/// file. It is read and written with no more rights than are those of who named it.
struct UserFile {
  struct Contents {
    let text: String
    /// Whose rights it was read with; what it names itself is read with these too.
    let rights: FileRights
    /// Whether it is `/dev/null`.
    let isNull: Bool
  }

  let path: String
  /// Whose rights count, where that is known already.
  private let rights: FileRights?

  /// Longer than anybody writes by hand.
  static let limit = 1 << 16

  /// - Parameter rights: those of the file that names this one; `nil` if an option or the
  ///   environment does.
  init(_ path: String, namedWith rights: FileRights? = nil) {
    self.path = path
    self.rights = rights
  }

  /// Reads it; `nil` if there is no file.
  func read() throws(FileRefusal) -> Contents? {
    guard let rights = try findRights() else { return nil }
    let found = try rights.perform { () throws(FileRefusal) in try bytes() }
    guard let (bytes, isNull) = found else { return nil }
    guard bytes.count <= Self.limit else { throw FileRefusal("it is longer than 64 kB") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileRefusal("it is not UTF-8 text")
    }
    return Contents(
      // To Swift, the two of another system's end of a line are one character, and no line ends
      // there.
      text: text.replacing("\r\n", with: "\n"),
      rights: rights,
      isNull: isNull
    )
  }

  /// Puts a text in its place.
  func write(_ text: String) throws(FileRefusal) {
    // Of what is missing, root makes what only root could have made.
    let rights = try findRights(forWriting: true) ?? .process
    try rights.perform { () throws(FileRefusal) in
      do throws(Errno) {
        try AtomicFile.write(text, to: path)
      } catch {
        throw FileRefusal(error)
      }
    }
  }

  /// - Returns: `nil` if only root has a say, and there is no file.
  private func findRights(forWriting: Bool = false) throws(FileRefusal) -> FileRights? {
    if case .user = rights { return rights }
    if !FileRights.isRoot { return .user(getuid()) }
    switch try PathOwner.of(path) {
    case .root: return .process
    case .user(let user): return .user(user)
    case .nobody(let isShared):
      if isShared, forWriting {
        throw FileRefusal("users other than root can create files there")
      }
      return nil
    }
  }

  /// At most a byte more than the limit; `nil` if there is no file.
  private func bytes() throws(FileRefusal) -> (bytes: [UInt8], isNull: Bool)? {
    // Never waits for whoever is to write to a pipe.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileRefusal(Errno(rawValue: errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileRefusal(Errno(rawValue: errno)) }
    if Self.isNullDevice(status) { return ([], true) }
    if let kind = Self.kindOfOther(status) {
      throw FileRefusal("it is \(kind), not a regular file")
    }
    var bytes = [UInt8](repeating: 0, count: Self.limit + 1)
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if read == 0 { break }
      if read < 0, errno != EINTR { throw FileRefusal(Errno(rawValue: errno)) }
      count += max(0, read)
    }
    return (Array(bytes.prefix(count)), false)
  }

  /// Whether it is `/dev/null`, which is read as an empty file.
  static func isNullDevice(_ status: stat) -> Bool {
    status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == 0x103
  }

  /// What it is, if it is not a regular file.
  static func kindOfOther(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a directory"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}
