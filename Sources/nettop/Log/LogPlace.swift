import Connections
import Glibc
import Monitor
import SystemPackage

/// The names of the files of a log: that of the present one, and those of the older ones.
enum LogPlace: Hashable, Sendable {
  /// One path. Older files have a number behind it, the last one 1.
  case file(String)
  /// A directory. Each file has the time of its beginning in its name, this many seconds east of
  /// UTC, and the ending after it.
  case directory(String, ending: String, utcOffset: Int)

  /// The place that a path stands for, which is looked at with the rights that a file there is opened
  /// with.
  init(_ path: String, ending: String, utcOffset: Int) {
    var status = stat()
    var isDirectory = false
    if FileRights.isRoot {
      isDirectory = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    } else {
      let found = try? FileRights.user(getuid()).perform { () throws(FileRefusal) in
        stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      }
      isDirectory = found ?? false
    }
    self =
      isDirectory ? .directory(path, ending: ending, utcOffset: utcOffset) : .file(path)
  }

  /// The path of a file that begins now.
  func path(at time: Timestamp) -> String {
    switch self {
    case .file(let path): return path
    case .directory(let directory, let ending, let offset):
      let date = TimestampText.date(time, offset: offset).filter(\.isNumber)
      let clock = TimestampText.timeOfDay(time, offset: offset).filter(\.isNumber)
      let slash = directory.hasSuffix("/") ? "" : "/"
      return "\(directory)\(slash)\(Self.prefix)\(date)-\(clock).\(ending)"
    }
  }

  /// Makes way for a new file: gives older ones their next number, and takes away those that are more
  /// than `kept`. In a directory, only the latter.
  ///
  /// - Parameter present: the path of the present file.
  func makeWay(for present: String, keeping kept: Int) throws(FileRefusal) {
    try AppendedFile.rights(for: present).perform { () throws(FileRefusal) in
      switch self {
      case .file(let path): try Self.shift(path, keeping: kept)
      case .directory(let directory, let ending, _):
        try Self.prune(directory, ending, except: present, keeping: kept)
      }
    }
  }

  /// Undoes the last step of `makeWay`, if no new file could be made.
  func takeBack(_ present: String, keeping kept: Int) {
    guard case .file = self, kept > 0 else { return }
    try? AppendedFile.rights(for: present).perform { () throws(FileRefusal) in
      _ = rename("\(present).1", present)
    }
  }

  private static let prefix = "nettop-"

  private static func shift(_ path: String, keeping kept: Int) throws(FileRefusal) {
    if kept == 0 {
      guard unlink(path) == 0 || errno == ENOENT else { throw FileRefusal(Errno(rawValue: errno)) }
      return
    }
    // Only as far as there are files: a gap takes them up.
    var last = 1
    var status = stat()
    while last < kept, lstat("\(path).\(last)", &status) == 0 { last += 1 }
    for number in stride(from: last, through: 1, by: -1) {
      let old = number == 1 ? path : "\(path).\(number - 1)"
      guard rename(old, "\(path).\(number)") == 0 || errno == ENOENT else {
        throw FileRefusal(Errno(rawValue: errno))
      }
    }
  }

  private static func prune(
    _ directory: String,
    _ ending: String,
    except present: String,
    keeping kept: Int
  ) throws(FileRefusal) {
    guard let entries = opendir(directory) else { throw FileRefusal(Errno(rawValue: errno)) }
    defer { closedir(entries) }
    var names: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if isName(name, ending), !present.hasSuffix("/\(name)") { names.append(name) }
    }
    for name in names.sorted().dropLast(kept) {
      guard unlink("\(directory)/\(name)") == 0 || errno == ENOENT else {
        throw FileRefusal(Errno(rawValue: errno))
      }
    }
  }

  /// Whether it is the name of a file of a log: `nettop-20260301-120000.log`.
  private static func isName(_ name: String, _ ending: String) -> Bool {
    guard name.hasPrefix(prefix), name.hasSuffix(".\(ending)") else { return false }
    let time = name.dropFirst(prefix.count).dropLast(ending.count + 1)
    return time.utf8.count == 15
      && time.utf8.enumerated().allSatisfy { index, byte in
        index == 8 ? byte == 0x2d : (0x30...0x39).contains(byte)
      }
  }
}
