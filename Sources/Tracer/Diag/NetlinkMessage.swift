/// A netlink message: `struct nlmsghdr` and what follows it, kept beyond the datagram it came in.
struct NetlinkMessage: Hashable, Sendable {
  let type: UInt16
  let flags: UInt16
  let sequence: UInt32
  let payload: KernelBytes

  init(_ message: NetlinkMessages.Message) {
    type = message.type
    flags = message.flags
    sequence = message.sequence
    payload = KernelBytes(Array(message.payload))
  }

  /// The messages of a datagram, up to the first that is cut off.
  static func all(in datagram: KernelBytes) -> [NetlinkMessage] {
    datagram.withUnsafeBytes { NetlinkMessages($0).map(NetlinkMessage.init) }
  }

  /// The attributes (`struct nlattr`) that follow a fixed part of this many bytes; the last of each
  /// type.
  func attributes(after fixed: Int) -> [Int: KernelBytes] {
    payload.withUnsafeBytes { bytes in
      var attributes: [Int: KernelBytes] = [:]
      let start = NetlinkAttributes.aligned(fixed)
      for (type, value) in NetlinkAttributes(bytes.part(from: start)) {
        attributes[type] = KernelBytes(Array(value))
      }
      return attributes
    }
  }
}
