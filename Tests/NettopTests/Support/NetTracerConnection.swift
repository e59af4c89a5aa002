import Testing

/// A line of NetTracer's machine table, read as the collectors of NetTracer do.
struct NetTracerConnection {
  let time: Int
  /// As the bytes are in a packet.
  let localAddress: [UInt8]
  let localPort: UInt16
  let remoteAddress: [UInt8]
  let remotePort: UInt16
  let pid: Int
  let netns: Int
  let isEstablished: Bool
  let isIncoming: Bool
  let isClosed: Bool
  let bytesSent: Int
  let bytesReceived: Int
  let packetsSent: Int
  let packetsReceived: Int
  let retransmits: Int
  let rtt: Int
  let rttVariance: Int
  /// Both only of established connections.
  let start: Int?
  let duration: Int?

  struct Malformed: Error {}

  init(line: Substring) throws {
    var words = line.split(separator: Character(" ")).map { String($0) }[...]
    func word() throws -> String {
      guard let word = words.popFirst() else { throw Malformed() }
      return word
    }
    func number() throws -> Int {
      guard let number = Int(try word()) else { throw Malformed() }
      return number
    }
    func end() throws -> (address: [UInt8], port: UInt16) {
      let digits = try number() == 1 ? 32 : 8
      let (address, port) = (try word(), try word())
      guard address.utf8.count == digits, port.utf8.count == 4, let port = UInt16(port, radix: 16)
      else { throw Malformed() }
      return (try Self.bytes(address), port)
    }
    time = try number()
    (localAddress, localPort) = try end()
    (remoteAddress, remotePort) = try end()
    (pid, netns) = (try number(), try number())
    let flags = try word().map { $0 == "1" }
    guard flags.count == 3 else { throw Malformed() }
    (isEstablished, isIncoming, isClosed) = (flags[0], flags[1], flags[2])
    (bytesSent, bytesReceived) = (try number(), try number())
    (packetsSent, packetsReceived, retransmits) = (try number(), try number(), try number())
    (rtt, rttVariance) = (try number(), try number())
    (start, duration) = isEstablished ? (try number(), try number()) : (nil, nil)
    guard words.isEmpty else { throw Malformed() }
  }

  /// Numbers of 4 or 8 bytes as a little-endian host has them.
  private static func bytes(_ digits: String) throws -> [UInt8] {
    let size = digits.utf8.count == 8 ? 8 : 16
    var bytes: [UInt8] = []
    var rest = digits[...]
    while !rest.isEmpty {
      guard let number = UInt64(rest.prefix(size), radix: 16) else { throw Malformed() }
      bytes += (0..<size / 2).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      rest = rest.dropFirst(size)
    }
    return bytes
  }

  /// The samples that are whole: each ends with a line of one blank.
  static func samples(of text: String) throws -> [[NetTracerConnection]] {
    var samples: [[NetTracerConnection]] = []
    var sample: [NetTracerConnection] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line == " " {
        samples.append(sample)
        sample = []
      } else {
        sample.append(try NetTracerConnection(line: line))
      }
    }
    return samples
  }
}

extension [NetTracerConnection] {
  /// The row of one end, by its ports.
  func row(_ local: UInt16, _ remote: UInt16) -> NetTracerConnection? {
    let rows = filter { $0.localPort == local && $0.remotePort == remote }
    #expect(rows.count <= 1)
    return rows.first
  }
}
