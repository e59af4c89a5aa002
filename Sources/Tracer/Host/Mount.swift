/// A mount, as a line of `/proc/PID/mountinfo` describes it (`proc_pid_mountinfo(5)`).
struct Mount: Hashable, Sendable {
  /// The directory of the file system that is mounted; `/` for its root.
  let root: String
  /// Where it is mounted.
  let point: String
  /// The type of the file system: `cgroup2`.
  let type: String
  /// The options of the file system, which all its mounts share: `hidepid=invisible`.
  let options: [String]

  /// All mounts of a file, in its order. What is no mount is left out.
  static func all(_ mountinfo: String) -> [Mount] {
    mountinfo.utf8.split(separator: UInt8(ascii: "\n")).compactMap(Mount.init(line:))
  }

  /// - Parameter line: `ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [FIELD…] - TYPE SOURCE OPTIONS`.
  private init?(line: Substring.UTF8View) {
    // Bytes: a blank and a mark that combines with it are one character.
    let fields = line.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
    guard fields.count > 6, let dash = fields[6...].firstIndex(of: "-") else { return nil }
    let fileSystem = fields[(dash + 1)...]
    guard let type = fileSystem.first else { return nil }
    root = Self.unescaped(fields[3])
    point = Self.unescaped(fields[4])
    self.type = type
    // The last field: a source without a name leaves none.
    options = fileSystem.dropFirst().last?.split(separator: ",").map(String.init) ?? []
  }

  /// The kernel writes blanks, tabs, newlines and backslashes as `\040`.
  private static func unescaped(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let escape = bytes[index...].prefix(4)
      let digits = escape.dropFirst().map { $0 &- UInt8(ascii: "0") }
      let isEscape = escape.first == UInt8(ascii: "\\") && digits.count == 3
      if isEscape, digits[0] < 4, digits.allSatisfy({ $0 < 8 }) {
        result.append(digits[0] << 6 | digits[1] << 3 | digits[2])
        index += 4
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

extension ProcFS {
  /// The mounts that this process sees; none if they cannot be read.
  var mounts: [Mount] {
    Mount.all(String(decoding: read("self/mountinfo", limit: 1 << 20) ?? [], as: UTF8.self))
  }
}
