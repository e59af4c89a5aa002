import Glibc
import SystemPackage

/// A file that is ours to write: made by us or asked to be gone on with, and locked against another
/// nettop. It stays open as long as the claim holds: closing it would take away the locks that SQLite
/// has on it.
final class FileClaim: Sendable {
  private let path: String
  private let descriptor: Int32
  private let isNew: Bool

  /// What SQLite puts beside a database.
  private static let companions = ["-wal", "-shm", "-journal"]

  /// - Parameter appends: whether the file may be there already.
  init(_ path: String, appends: Bool) throws(FileRefusal) {
    self.path = path
    let flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    var file = Glibc.open(path, flags | O_CREAT | O_EXCL, 0o640)
    isNew = file >= 0
    if file < 0, errno == EEXIST {
      guard appends else {
        throw FileRefusal(
          "the file is already there",
          advice: "--append goes on with a recording; nettop overwrites nothing"
        )
      }
      file = Glibc.open(path, flags)
    }
    guard file >= 0 else {
      throw errno == ELOOP
        ? FileRefusal("it is a symbolic link") : FileRefusal(.init(rawValue: errno))
    }
    descriptor = file
    try check()
  }

  private func check() throws(FileRefusal) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileRefusal(.init(rawValue: errno)) }
    if let kind = UserFile.kindOfOther(status) {
      throw FileRefusal("it is \(kind), not a regular file")
    }
    if status.st_nlink > 1 { throw FileRefusal("it has other names (hard links)") }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      throw FileRefusal(
        "another nettop records to it",
        advice: "end that one, or name another file"
      )
    }
    guard status.st_size == 0 else { return }
    // SQLite would take what is in them for part of the new database.
    for companion in Self.companions where access(path + companion, F_OK) == 0 {
      if isNew { unlink(path) }
      throw FileRefusal(
        "a file of another database is beside it: \(companion.dropFirst())",
        advice: "remove it, or name another file"
      )
    }
  }

  deinit {
    close(descriptor)
  }

  /// Removes the file if it was made, with what SQLite put beside it.
  func withdraw() {
    guard isNew, isInPlace else { return }
    for name in [path] + Self.companions.map({ path + $0 }) { unlink(name) }
  }

  /// Whether the path still leads to the file.
  var isInPlace: Bool { FileIdentity.isOpen(descriptor, at: path) }

  /// Its bytes, those of the log of writes included.
  var size: UInt64 {
    var (file, log) = (stat(), stat())
    guard fstat(descriptor, &file) == 0 else { return 0 }
    let logged = stat("\(path)-wal", &log) == 0 ? log.st_size : 0
    return UInt64(clamping: file.st_size + logged)
  }
}
