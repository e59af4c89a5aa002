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

  /// The path of a file that begins at a time.
  ///
  /// - Parameter number: in a directory, how many files of the same second come before it.
  func path(at time: Timestamp, number: Int = 0) -> String {
    switch self {
    case .file(let path): return path
    case .directory(let directory, let ending, let offset):
      let slash = directory.hasSuffix("/") ? "" : "/"
      let name = LogName(at: time, utcOffset: offset, number: number)
      return "\(directory)\(slash)\(name.text).\(ending)"
    }
  }

  /// Opens a file that begins at a time: that of the path, or a new one in the directory.
  ///
  /// - Parameter present: the path of the file that it follows; `nil` for none.
  func open(at time: Timestamp, after present: String? = nil) throws(FileRefusal) -> AppendedFile {
    guard case .directory(_, let ending, let offset) = self else {
      return try AppendedFile(path(at: time))
    }
    var number = 0
    // Those before it can have been taken away.
    if let present = present.flatMap({ LogName(ofPath: $0, ending: ending) }),
      present.stamp == LogName(at: time, utcOffset: offset).stamp
    {
      number = present.number + 1
    }
    while true {
      if let file = try AppendedFile(new: path(at: time, number: number)) { return file }
      number += 1
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
    var old: [(name: LogName, file: String)] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let time = LogName(ofPath: name, ending: ending), !present.hasSuffix("/\(name)") {
        old.append((time, name))
      }
    }
    for (_, file) in old.sorted(by: { $0.name < $1.name }).dropLast(kept) {
      guard unlink("\(directory)/\(file)") == 0 || errno == ENOENT else {
        throw FileRefusal(Errno(rawValue: errno))
      }
    }
  }
}
