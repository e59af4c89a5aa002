/// A capability that tracing needs (`capabilities(7)`), and what for.
package struct Capability: Hashable, Sendable {
  /// `CAP_BPF`.
  package let name: String
  /// Its bit of `CapEff`.
  let number: UInt64
  /// What it is needed for.
  package let purpose: String
  /// Whether nothing can be followed without it.
  package let isEssential: Bool

  /// Has the powers of CAP_BPF and CAP_PERFMON too.
  private static let administrator = Capability(
    name: "CAP_SYS_ADMIN",
    number: 21,
    purpose: "to enter network namespaces",
    isEssential: false
  )

  package static let all = [
    Capability(name: "CAP_BPF", number: 39, purpose: "to load BPF programs", isEssential: true),
    Capability(
      name: "CAP_PERFMON",
      number: 38,
      purpose: "to read the kernel's sockets",
      isEssential: true
    ),
    Capability(
      name: "CAP_NET_ADMIN",
      number: 12,
      purpose: "to count datagrams and to close connections",
      isEssential: false
    ),
    administrator,
    Capability(
      name: "CAP_SYS_PTRACE",
      number: 19,
      purpose: "to see the namespaces and files of other users' processes",
      isEssential: false
    ),
    Capability(
      name: "CAP_DAC_READ_SEARCH",
      number: 2,
      purpose: "to read the details of other users' processes",
      isEssential: false
    ),
    Capability(
      name: "CAP_KILL",
      number: 5,
      purpose: "to send signals to other users' processes",
      isEssential: false
    ),
  ]

  /// What root needs besides, to open files with the rights of their owners and to save settings.
  package static let forFiles = [
    Capability(
      name: "CAP_CHOWN",
      number: 0,
      purpose: "to save a file with the group that it had",
      isEssential: false
    ),
    Capability(
      name: "CAP_DAC_OVERRIDE",
      number: 1,
      purpose: "to save settings in a home of mode 0550, which some distributions give root",
      isEssential: false
    ),
    Capability(
      name: "CAP_SETGID",
      number: 6,
      purpose: "to open files with the groups of their owner",
      isEssential: false
    ),
    Capability(
      name: "CAP_SETUID",
      number: 7,
      purpose: "to open files with the rights of their owner",
      isEssential: false
    ),
  ]

  /// What root needs besides before Linux 5.11, where memory of BPF maps counts towards a limit.
  package static let forMaps = Capability(
    name: "CAP_SYS_RESOURCE",
    number: 24,
    purpose: "to have memory for BPF maps before Linux 5.11",
    isEssential: false
  )

  /// Its bit in a set such as `CapEff`.
  package var bit: UInt64 { 1 << number }

  /// The names of the capabilities in a set such as `CapEff`, by number.
  package static func names(in set: UInt64) -> [String] {
    (0..<64).filter { set >> $0 & 1 == 1 }.map { number in
      (all + forFiles + [forMaps]).first { $0.number == number }?.name ?? "capability \(number)"
    }
  }

  /// Those that a process lacks, by its `/proc/PID/status`; `nil` if that cannot be read.
  static func missing(_ status: [UInt8]) -> [Capability]? {
    let digits = StatusLines(status).words("CapEff").last
    guard let set = digits.flatMap({ UInt64($0, radix: 16) }) else { return nil }
    func has(_ capability: Capability) -> Bool { set >> capability.number & 1 == 1 }
    return all.filter { !has($0) && !($0.isEssential && has(administrator)) }
  }
}
