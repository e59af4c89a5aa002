import Connections
import Glibc
import Tracer

/// What the kernel counts for a whole network namespace.
struct KernelCounters: Hashable, Sendable {
  /// A device's bytes and packets, with the headers of its link, as `/proc/net/dev` has them.
  struct Device: Hashable, Sendable {
    var received: UInt64
    var packetsReceived: UInt64
    var sent: UInt64
    var packetsSent: UInt64
  }

  var devices: [String: Device] = [:]
  /// `Tcp: ActiveOpens`, `PassiveOpens` of `/proc/net/snmp`.
  var activeOpens: UInt64 = 0
  var passiveOpens: UInt64 = 0
  /// `Udp: InDatagrams`, `OutDatagrams`, with `Udp6` of `/proc/net/snmp6`.
  var datagramsReceived: UInt64 = 0
  var datagramsSent: UInt64 = 0

  /// Those of all namespaces that can be entered and whose counters can be read, by inode.
  static func all() -> [UInt32: KernelCounters] {
    NetworkNamespace.visitAll { _ in
      text("dev").flatMap { devices in
        text("snmp").map { protocols in
          // There is none without IPv6.
          KernelCounters(devices: devices, protocols: protocols, protocols6: text("snmp6") ?? "")
        }
      }
    }.values.compactMapValues(\.self)
  }

  /// Reads the texts of `/proc/net/dev`, `snmp` and `snmp6`.
  init(devices: String, protocols: String, protocols6: String) {
    self.devices = Self.devices(devices)
    let counts = Self.counts(protocols).merging(Self.counts6(protocols6)) { first, _ in first }
    func count(_ name: String) -> UInt64 { counts[name] ?? 0 }
    activeOpens = count("TcpActiveOpens")
    passiveOpens = count("TcpPassiveOpens")
    datagramsReceived = count("UdpInDatagrams") + count("Udp6InDatagrams")
    datagramsSent = count("UdpOutDatagrams") + count("Udp6OutDatagrams")
  }

  /// All that the devices sent, or received.
  func total(_ figure: (Device) -> UInt64) -> UInt64 {
    devices.values.reduce(0) { $0 &+ figure($1) }
  }

  private static func text(_ name: String) -> String? {
    guard let file = fopen("/proc/thread-self/net/\(name)", "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 {
      bytes += piece.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Lines are `  lo: BYTES PACKETS …`, eight figures of what was received, then of what was sent.
  private static func devices(_ text: String) -> [String: Device] {
    var devices: [String: Device] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.lastIndex(of: ":") else { continue }
      let name = line[..<colon].drop { $0 == " " }
      let numbers = line[line.index(after: colon)...].split(separator: " ")
        .compactMap { UInt64($0) }
      guard numbers.count >= 10 else { continue }
      devices[String(name)] = Device(
        received: numbers[0],
        packetsReceived: numbers[1],
        sent: numbers[8],
        packetsSent: numbers[9]
      )
    }
    return devices
  }

  /// Pairs of lines: `Tcp: NAME …` and `Tcp: NUMBER …`.
  private static func counts(_ text: String) -> [String: UInt64] {
    var counts: [String: UInt64] = [:]
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    for (names, numbers) in zip(lines, lines.dropFirst()) {
      guard names.first == numbers.first, let word = names.first?.dropLast() else { continue }
      for (name, number) in zip(names, numbers).dropFirst() {
        counts["\(word)\(name)"] = UInt64(number)
      }
    }
    return counts
  }

  /// Lines are `NAME NUMBER`.
  private static func counts6(_ text: String) -> [String: UInt64] {
    var counts: [String: UInt64] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      if words.count == 2 { counts[String(words[0])] = UInt64(words[1]) }
    }
    return counts
  }
}
