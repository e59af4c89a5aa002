import Glibc
import SystemPackage

/// Writing files so that a reader finds the old text or the new one, and never a part.
enum AtomicFile {
  /// Puts a text in the place of a file, with the mode and the owner of that file, and in the file
  /// that a link points to. Directories that are missing are made.
  static func write(_ text: String, to path: String) throws(Errno) {
    let target = try resolved(path)
    let directory = target.lastIndex(of: "/").map { String(target[..<$0]) + "/" } ?? "./"
    try makeDirectory(directory)

    var template = Array("\(directory).nettop-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw current }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    defer { close(descriptor) }
    do throws(Errno) {
      try fill(descriptor, with: text, like: target)
      guard rename(template, target) == 0 else { throw current }
    } catch {
      unlink(template)
      throw error
    }
    // The new name shall survive a crash too; where it cannot, the file is written all the same.
    let parent = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if parent >= 0 {
      fsync(parent)
      close(parent)
    }
  }

  private static func fill(
    _ descriptor: Int32,
    with text: String,
    like target: String
  ) throws(Errno) {
    var old = stat()
    var mode: mode_t = 0o644
    // Whatever takes the place of the target meanwhile, no other file's mode is taken over.
    if lstat(target, &old) == 0 {
      guard old.st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
      mode = old.st_mode & 0o777
      guard fchown(descriptor, old.st_uid, old.st_gid) == 0 else { throw current }
    }
    guard fchmod(descriptor, mode) == 0 else { throw current }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written >= 0 {
        bytes = bytes.dropFirst(written)
      } else if errno != EINTR {
        throw current
      }
    }
    guard fsync(descriptor) == 0 else { throw current }
  }

  /// The file that a path leads to after all links; it may not exist yet.
  private static func resolved(_ path: String) throws(Errno) -> String {
    var path = path
    for _ in 0..<40 {
      var target = [CChar](repeating: 0, count: Int(PATH_MAX))
      let length = readlink(path, &target, target.count)
      if length < 0 {
        // No link, or nothing at all.
        if errno == EINVAL || errno == ENOENT { return path }
        throw current
      }
      let link = String(
        decoding: target.prefix(length).map(UInt8.init(truncatingIfNeeded:)),
        as: UTF8.self
      )
      let directory = path.lastIndex(of: "/").map { path[...$0] } ?? ""
      path = link.hasPrefix("/") ? link : directory + link
    }
    throw .tooManySymbolicLinkLevels
  }

  /// Makes a directory with those above it, as far as they are missing, for their owner alone.
  private static func makeDirectory(_ path: String) throws(Errno) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw current
    }
    try makeDirectory(String(path[..<slash]))
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw current }
  }

  private static var current: Errno { Errno(rawValue: errno) }
}
