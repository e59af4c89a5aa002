internal import CTracer

/// A netlink message: `struct nlmsghdr` and what follows it.
struct NetlinkMessage: Hashable, Sendable {
  let type: UInt16
  let flags: UInt16
  let sequence: UInt32
  let payload: KernelBytes

  /// The messages of a datagram, up to the first that is cut off.
  static func all(in datagram: KernelBytes) -> [NetlinkMessage] {
    var messages: [NetlinkMessage] = []
    var rest = datagram
    let header = MemoryLayout<nlmsghdr>.size
    while let length = rest.number(at: 0, as: UInt32.self).map(Int.init),
      length >= header, length <= rest.count,
      let type = rest.number(at: 4, as: UInt16.self),
      let flags = rest.number(at: 6, as: UInt16.self),
      let sequence = rest.number(at: 8, as: UInt32.self)
    {
      messages.append(
        NetlinkMessage(
          type: type,
          flags: flags,
          sequence: sequence,
          payload: rest.part(from: header, count: length - header)
        )
      )
      rest = rest.part(from: aligned(length))
    }
    return messages
  }

  /// The attributes (`struct nlattr`) that follow a fixed part of this many bytes; the last of each
  /// type.
  func attributes(after fixed: Int) -> [Int: KernelBytes] {
    var attributes: [Int: KernelBytes] = [:]
    var rest = payload.part(from: Self.aligned(fixed))
    let header = MemoryLayout<nlattr>.size
    while let length = rest.number(at: 0, as: UInt16.self).map(Int.init),
      length >= header, length <= rest.count,
      let type = rest.number(at: 2, as: UInt16.self)
    {
      // The two upper bits are flags: NLA_F_NESTED, NLA_F_NET_BYTEORDER.
      attributes[Int(type & 0x3fff)] = rest.part(from: header, count: length - header)
      rest = rest.part(from: Self.aligned(length))
    }
    return attributes
  }

  private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}
