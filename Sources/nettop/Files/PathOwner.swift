import CProcess
import Glibc
import SystemPackage

/// Finds out who has a say in what a path leads to, which root has to know before following it:
/// whoever owns a directory on the way, or may write to it, can put a link there.
struct PathOwner {
  enum Answer: Hashable {
    /// Only root has. The file is a regular one, or `/dev/null`. With `isShared`, others may make
    /// entries beside it.
    case root(isShared: Bool)
    /// Only root has, and there is no such file. With `isShared`, others may make entries where
    /// it would be.
    case nobody(isShared: Bool)
    /// The first other user who has.
    case user(uid_t)
  }

  private var directory: Descriptor
  /// The names that are still to be followed, the next one last.
  private var rest: [String]
  /// The directory, for people.
  private var place: String
  private var links = 0

  /// - Throws: where a path leads nowhere, or where more than one user has a say in it.
  static func of(_ path: String) throws(FileRefusal) -> Answer {
    var walk = try PathOwner(path)
    return try walk.answer()
  }

  private init(_ path: String) throws(FileRefusal) {
    place = path.hasPrefix("/") ? "/" : "."
    directory = try Descriptor.begin(place)
    rest = Self.names(path)
  }

  private mutating func answer() throws(FileRefusal) -> Answer {
    if let user = try other(directory.status()) { return .user(user) }
    while let name = rest.popLast() {
      guard let next = try directory.open(name) else {
        return .nobody(isShared: isShared(try directory.status()))
      }
      let status = try next.status()
      if status.st_mode & S_IFMT == S_IFLNK {
        if status.st_uid != 0 { return .user(status.st_uid) }
        try follow(next)
        continue
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        (directory, place) = (next, place == "/" ? "/\(name)" : "\(place)/\(name)")
        if let user = try other(status) { return .user(user) }
        continue
      }
      guard rest.isEmpty else { throw FileRefusal(Errno.notDirectory) }
      let isShared = isShared(try directory.status())
      if UserFile.isNullDevice(status) { return .root(isShared: isShared) }
      if status.st_uid != 0 { return .user(status.st_uid) }
      if let kind = UserFile.kindOfOther(status) {
        throw FileRefusal("it is \(kind), not a regular file")
      }
      if status.st_mode & 0o022 != 0 {
        throw FileRefusal("users other than root can write to it; `chmod go-w` fixes that")
      }
      return .root(isShared: isShared)
    }
    throw FileRefusal("it is a directory, not a regular file")
  }

  /// Goes on where a link of root leads.
  private mutating func follow(_ link: Descriptor) throws(FileRefusal) {
    links += 1
    // As many as the kernel follows.
    guard links <= 40 else { throw FileRefusal(Errno.tooManySymbolicLinkLevels) }
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlinkat(link.number, "", &target, target.count)
    guard length > 0 else { throw FileRefusal(Errno(rawValue: errno)) }
    let bytes = target.prefix(length).map(UInt8.init(truncatingIfNeeded:))
    guard let path = String(validating: bytes, as: UTF8.self) else {
      throw FileRefusal("a symbolic link on its path is not UTF-8")
    }
    rest += Self.names(path)
    if path.hasPrefix("/") {
      place = "/"
      directory = try Descriptor.begin(place)
    }
  }

  /// The user who owns a directory, `nil` for root.
  private func other(_ directory: stat) throws(FileRefusal) -> uid_t? {
    if directory.st_uid != 0 { return directory.st_uid }
    if isShared(directory), directory.st_mode & mode_t(S_ISVTX) == 0 {
      throw FileRefusal(
        "users other than root can write to \(place); `chmod go-w \(place)` fixes that"
      )
    }
    return nil
  }

  /// Whether others than its owner can make entries; with the sticky bit they can take away only
  /// their own.
  private func isShared(_ directory: stat) -> Bool { directory.st_mode & 0o022 != 0 }

  /// The last name first.
  private static func names(_ path: String) -> [String] {
    path.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
  }
}

extension FileRights {
  /// Whose rights count for a path that comes from outside.
  ///
  /// - Parameter hasCompanions: whether other files are opened beside it, which nobody else may make.
  /// - Returns: `nil` if only root has a say in it, and there is no file.
  static func of(
    _ path: String,
    forWriting: Bool,
    hasCompanions: Bool = false
  ) throws(FileRefusal) -> FileRights? {
    if !isRoot { return .user(getuid()) }
    switch try PathOwner.of(path) {
    case .root(let isShared):
      if isShared, hasCompanions {
        throw FileRefusal("users other than root can create files there")
      }
      return .process
    case .user(let user): return .user(user)
    case .nobody(let isShared):
      if isShared, forWriting {
        throw FileRefusal("users other than root can create files there")
      }
      return nil
    }
  }
}

/// A place in a file system, opened for its attributes and entries, not for its content.
private final class Descriptor {
  let number: Int32

  private init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  /// A directory that a path begins at.
  static func begin(_ path: String) throws(FileRefusal) -> Descriptor {
    let number = open_to_look(AT_FDCWD, path)
    guard number >= 0 else { throw FileRefusal(Errno(rawValue: errno)) }
    return Descriptor(number)
  }

  /// An entry, itself if it is a link; `nil` if there is none.
  func open(_ name: String) throws(FileRefusal) -> Descriptor? {
    let number = open_to_look(self.number, name)
    if number >= 0 { return Descriptor(number) }
    if errno == ENOENT { return nil }
    throw FileRefusal(Errno(rawValue: errno))
  }

  func status() throws(FileRefusal) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw FileRefusal(Errno(rawValue: errno)) }
    return status
  }
}
