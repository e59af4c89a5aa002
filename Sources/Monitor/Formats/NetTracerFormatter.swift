import Connections

/// A sample as NetTracer's machine table, byte for byte: a line a TCP connection, those of IPv4 first,
/// then a line of one blank.
///
/// The columns are aligned to the right, and one that is too long moves the rest of its line. Their
/// widths are 12 for the time, 12 for PID and namespace, 22 for bytes, packets and retransmits, 12 for
/// the round-trip time and its variance, and 16 and 9 for start and duration, which only established
/// connections have. Between time and PID are both ends, each a 0 for IPv4 or a 1 for IPv6, then
/// address and port in hexadecimal. A byte of the address in the order of the network is one of a
/// number in the order of this host: 127.0.0.1 is `0100007F` on little-endian hosts.
package struct NetTracerFormatter: Sendable {
  private let hasDeltas: Bool
  private let addsHeaders: Bool

  /// - Parameters:
  ///   - hasDeltas: counters as changes since the sample before, not as totals.
  ///   - addsHeaders: adds an estimate of the headers of packets to the bytes.
  package init(hasDeltas: Bool = false, addsHeaders: Bool = false) {
    self.hasDeltas = hasDeltas
    self.addsHeaders = addsHeaders
  }

  /// Writes the rows of a model, in its order.
  package func write(_ model: Model, to output: inout some TextOutputStream) {
    let table = model.table
    let time = Self.padded(Self.seconds(table.wall(table.time)), 12)
    var linesOfV6 = ""
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { break }
      guard let row = NetTracerRow(row, table) else { continue }
      let line = time + line(row)
      if row.isV4 { output.write(line) } else { linesOfV6 += line }
    }
    output.write(linesOfV6)
    output.write(" \n")
  }

  private func line(_ row: NetTracerRow) -> String {
    var line = ""
    line.reserveCapacity(320)
    let family = row.isV4 ? "0" : "1"
    for end in [row.local, row.remote] {
      line += " \(family) \(Self.hexadecimal(end.address, isV4: row.isV4)) "
      line += Self.hexadecimal(end.port, 4)
    }
    line += " " + Self.padded(row.pid, 12) + Self.padded(row.netns, 12)
    let digits = [row.isEstablished, row.isIncoming, row.isClosed].map { $0 ? "1" : "0" }
    line += " \(digits.joined()) "
    let counted = hasDeltas ? row.growth : row.totals
    let header = addsHeaders ? Self.headerBytes(isV4: row.isV4) : 0
    let bytesSent = counted.bytesSent &+ header &* counted.packetsSent
    let bytesReceived = counted.bytesReceived &+ header &* counted.packetsReceived
    for number in [
      bytesSent, bytesReceived, counted.packetsSent, counted.packetsReceived, counted.retransmits,
    ] {
      line += Self.padded(number, 22)
    }
    line += Self.padded(row.rtt, 12) + Self.padded(row.rttVariance, 12)
    if let life = row.life {
      line += Self.padded(Self.seconds(life.start), 16) + Self.padded(life.seconds, 9)
    }
    return line + "\n"
  }

  /// NetTracer's estimate of what the headers of Ethernet, IP and TCP add to a packet.
  private static func headerBytes(isV4: Bool) -> UInt64 { isV4 ? 66 : 77 }

  private static func hexadecimal(_ address: Address, isV4: Bool) -> String {
    if isV4 { return hexadecimal(UInt32(truncatingIfNeeded: address.low).bigEndian, 8) }
    return hexadecimal(address.high.bigEndian, 16) + hexadecimal(address.low.bigEndian, 16)
  }

  private static func hexadecimal(_ number: some BinaryInteger, _ digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  /// Whole seconds since 1970.
  private static func seconds(_ moment: Timestamp) -> Int64 { moment.nanoseconds / 1_000_000_000 }

  /// A number with blanks in front, at least so many characters.
  private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }
}
