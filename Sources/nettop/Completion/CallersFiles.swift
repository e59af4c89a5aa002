import Glibc

/// What a completion reads of the host: as much as the caller may read, whatever rights nettop has,
/// and never so much that somebody waits for it.
enum CallersFiles {
  struct Entry {
    let name: String
    let isDirectory: Bool
  }

  /// The most entries of a directory that are looked at.
  private static let limit = 4096

  /// The entries of a directory that have text for a name, by name; none if it cannot be read.
  static func entries(of directory: String) -> [Entry] {
    let entries = withRightsOfCaller { () -> [Entry] in
      guard let stream = opendir(directory) else { return [] }
      defer { closedir(stream) }
      var entries: [Entry] = []
      for _ in 0..<limit {
        guard let entry = readdir(stream) else { break }
        let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        guard let name = String(validating: bytes, as: UTF8.self), name != ".", name != ".." else {
          continue
        }
        entries.append(Entry(name: name, isDirectory: isDirectory("\(directory)/\(name)")))
      }
      return entries
    }
    return (entries ?? []).sorted { $0.name < $1.name }
  }

  /// The names of all processes that the caller sees, by PID.
  static func processes() -> [Int32: String] {
    let pids = entries(of: "/proc").compactMap { Int32($0.name) }
    let names = withRightsOfCaller { () -> [String] in
      pids.map { firstLine(of: "/proc/\($0)/comm") }
    }
    return Dictionary(uniqueKeysWithValues: zip(pids, names ?? []))
  }

  private static func withRightsOfCaller<Value>(_ body: () -> Value) -> Value? {
    try? FileRights.user(getuid()).perform { () throws(FileRefusal) in body() }
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Empty where there is none.
  private static func firstLine(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0a }, as: UTF8.self)
  }
}
