import Glibc

/// Small files of `/proc`.
enum Files {
  static func lines(_ path: String) -> [Substring] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 16384)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
  }

  /// What this process has in memory that is its own, in bytes.
  static var resident: Double {
    let line = lines("/proc/self/status").first { $0.hasPrefix("RssAnon:") }
    let words = line?.split { $0 == " " || $0 == "\t" } ?? []
    return words.count > 1 ? (Double(words[1]) ?? 0) * 1024 : 0
  }

  /// What the kernel reports about each open file of a process.
  static func descriptors(_ process: String) -> [[Substring: Substring]] {
    names("/proc/\(process)/fdinfo").map { descriptor in
      var fields: [Substring: Substring] = [:]
      for line in lines("/proc/\(process)/fdinfo/\(descriptor)") {
        let words = line.split { $0 == ":" || $0 == "\t" || $0 == " " }
        if words.count == 2 { fields[words[0]] = words[1] }
      }
      return fields
    }
  }

  private static func names(_ directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}
