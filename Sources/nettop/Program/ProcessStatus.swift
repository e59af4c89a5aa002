import Connections
import Glibc
import SystemPackage

/// What `/proc/PID/status` says about the rights of a process.
struct ProcessStatus: Hashable {
  let realUser: uid_t
  let effectiveUser: uid_t
  /// `CapEff`.
  let capabilities: UInt64
  /// Whether programs that it executes gain no rights (`NoNewPrivs`).
  let gainsNoRights: Bool
  /// Whether a filter decides which system calls it may use: `Seccomp` is 2.
  let hasFilter: Bool

  /// - Returns: `nil` if the text does not say all of it.
  init?(_ text: String) {
    let lines = text.split(separator: "\n")
    func values(_ name: String) -> [Substring] {
      let line = lines.first { $0.hasPrefix("\(name):") }
      return line?.split(whereSeparator: { $0 == "\t" || $0 == " " }).dropFirst().map(\.self) ?? []
    }
    let users = values("Uid").compactMap { uid_t($0) }
    guard users.count == 4,
      let capabilities = values("CapEff").first.flatMap({ UInt64($0, radix: 16) })
    else { return nil }
    (realUser, effectiveUser) = (users[0], users[1])
    self.capabilities = capabilities
    gainsNoRights = values("NoNewPrivs").first == "1"
    hasFilter = values("Seccomp").first == "2"
  }

  /// That of this process.
  static func own() throws(Errno) -> ProcessStatus? {
    try read("/proc/self/status").flatMap(ProcessStatus.init)
  }

  /// That of a process; `nil` if it has ended, even if its PID is used again.
  static func of(_ id: Process.ID) throws(Errno) -> ProcessStatus? {
    guard id.isVisible, let text = try read("/proc/\(id.pid)/status"),
      // It still runs afterwards, so the status was its own.
      let stat = try read("/proc/\(id.pid)/stat"), startTicks(stat) == id.startTicks
    else { return nil }
    guard let status = ProcessStatus(text) else { throw .invalidArgument }
    return status
  }

  /// Field 22 of `/proc/PID/stat`. The name in field 2 may hold anything, so fields are counted from
  /// its closing parenthesis.
  static func startTicks(_ stat: String) -> UInt64? {
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[end...].split(separator: " ").dropFirst()
    return fields.dropFirst(19).first.flatMap { UInt64($0) }
  }

  /// - Returns: `nil` if there is no such process.
  private static func read(_ path: String) throws(Errno) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return try absence() }
    defer { close(descriptor) }
    // Both files are shorter.
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if got == 0 { break }
      if got < 0, errno != EINTR { return try absence() }
      count += max(0, got)
    }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// - Throws: `errno`, unless it says that there is no such process.
  private static func absence() throws(Errno) -> String? {
    let code = Errno(rawValue: errno)
    guard code == .noSuchFileOrDirectory || code == .noSuchProcess else { throw code }
    return nil
  }
}
