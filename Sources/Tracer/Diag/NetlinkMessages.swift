internal import CTracer

/// The messages of a datagram of netlink, read in place, up to the first that is cut off.
struct NetlinkMessages: Sequence, IteratorProtocol {
  /// A message: `struct nlmsghdr` and what follows it.
  struct Message {
    let type: UInt16
    let flags: UInt16
    let sequence: UInt32
    let payload: UnsafeRawBufferPointer
  }

  private var rest: UnsafeRawBufferPointer

  init(_ datagram: UnsafeRawBufferPointer) {
    rest = datagram
  }

  mutating func next() -> Message? {
    let header = MemoryLayout<nlmsghdr>.size
    guard let length = rest.number(at: 0, as: UInt32.self).map({ Int($0) }),
      length >= header, length <= rest.count,
      let type = rest.number(at: 4, as: UInt16.self),
      let flags = rest.number(at: 6, as: UInt16.self),
      let sequence = rest.number(at: 8, as: UInt32.self)
    else { return nil }
    defer { rest = rest.part(from: NetlinkAttributes.aligned(length)) }
    return Message(
      type: type,
      flags: flags,
      sequence: sequence,
      payload: rest.part(from: header, count: length - header)
    )
  }
}

/// Attributes of netlink (`struct nlattr`), read in place, up to the first that is cut off.
struct NetlinkAttributes: Sequence, IteratorProtocol {
  private var rest: UnsafeRawBufferPointer

  /// - Parameter bytes: of the first attribute on.
  init(_ bytes: UnsafeRawBufferPointer) {
    rest = bytes
  }

  mutating func next() -> (type: Int, value: UnsafeRawBufferPointer)? {
    let header = MemoryLayout<nlattr>.size
    guard let length = rest.number(at: 0, as: UInt16.self).map({ Int($0) }),
      length >= header, length <= rest.count,
      let type = rest.number(at: 2, as: UInt16.self)
    else { return nil }
    defer { rest = rest.part(from: Self.aligned(length)) }
    // The two upper bits are flags: NLA_F_NESTED, NLA_F_NET_BYTEORDER.
    return (Int(type & 0x3fff), rest.part(from: header, count: length - header))
  }

  static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}

extension UnsafeRawBufferPointer {
  /// A number in the byte order of this host; `nil` if it is not all there.
  @inline(__always)
  func number<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int,
    as type: Number.Type
  ) -> Number? {
    guard offset >= 0, offset <= count - MemoryLayout<Number>.size else { return nil }
    return loadUnaligned(fromByteOffset: offset, as: Number.self)
  }

  /// The part from an offset on, at most this many bytes of it.
  @inline(__always)
  func part(from offset: Int, count limit: Int = .max) -> UnsafeRawBufferPointer {
    let start = Swift.min(offset, count)
    return UnsafeRawBufferPointer(rebasing: self[start..<(start + Swift.min(limit, count - start))])
  }
}
