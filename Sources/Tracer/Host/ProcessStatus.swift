package import Connections
package import SystemPackage

/// What `/proc/PID/status` says about the rights of a process.
package struct ProcessStatus: Hashable, Sendable {
  package let realUser: UInt32
  package let effectiveUser: UInt32
  /// `CapEff`.
  package let capabilities: UInt64
  /// Whether programs that it executes gain no rights (`NoNewPrivs`).
  package let gainsNoRights: Bool
  /// Whether a filter decides which system calls it may use: `Seccomp` is 2.
  package let hasFilter: Bool

  /// - Returns: `nil` if the text does not say all of it.
  package init?(_ text: String) {
    let lines = StatusLines(text)
    let users = lines.words("Uid").compactMap { UInt32($0) }
    guard users.count == 4,
      let capabilities = lines.words("CapEff").first.flatMap({ UInt64($0, radix: 16) })
    else { return nil }
    (realUser, effectiveUser) = (users[0], users[1])
    self.capabilities = capabilities
    gainsNoRights = lines.words("NoNewPrivs").first == "1"
    hasFilter = lines.words("Seccomp").first == "2"
  }

  /// That of this process.
  package static func own() throws(Errno) -> ProcessStatus? {
    try text(of: "self").flatMap(ProcessStatus.init)
  }

  /// That of a process; `nil` if it has ended, even if its PID is used again.
  package static func of(_ id: Process.ID) throws(Errno) -> ProcessStatus? {
    guard id.isVisible, let text = try text(of: "\(id.pid)"),
      // It still runs afterwards, so the status was its own.
      let stat = try ProcFS().contents("\(id.pid)/stat"),
      ProcessStat(stat)?.startTicks == id.startTicks
    else { return nil }
    guard let status = ProcessStatus(text) else { throw .invalidArgument }
    return status
  }

  private static func text(of process: String) throws(Errno) -> String? {
    // It is shorter.
    try ProcFS().contents("\(process)/status", limit: 1 << 14)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
