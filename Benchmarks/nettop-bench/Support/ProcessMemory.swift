/// What a process has of memory, by its `/proc/PID/status`.
enum ProcessMemory {
  /// A field, in bytes; 0 if there is no such process.
  ///
  /// - Parameter process: a PID, or `self`.
  static func field(_ name: String, of process: String) -> Double {
    let line = Files.lines("/proc/\(process)/status").first { $0.hasPrefix("\(name):") }
    let words = line?.split { $0 == " " || $0 == "\t" } ?? []
    return words.count > 1 ? (Double(words[1]) ?? 0) * 1024 : 0
  }
}
