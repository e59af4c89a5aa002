internal import CTracer
import Glibc
import SystemPackage

/// A netlink socket to the kernel's sock_diag, in the network namespace of the thread that made it.
struct NetlinkSocket: ~Copyable {
  let descriptor: Int32
  private var sequence: UInt32 = 0

  /// - Parameter groups: of notifications that it receives.
  init(groups: [UInt32] = []) throws(Errno) {
    let kind = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_NETLINK, kind, NETLINK_SOCK_DIAG)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    if let refusal = Self.connect(descriptor)
      ?? groups.lazy.compactMap({ Self.join($0, true, descriptor) }).first
    {
      close(descriptor)
      throw refusal
    }
    // The kernel answers while it is asked, so nobody waits; but never for good.
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    self.descriptor = descriptor
  }

  /// Receives the notifications of a group, or no longer.
  func join(_ group: UInt32, _ joining: Bool) {
    _ = Self.join(group, joining, descriptor)
  }

  /// Gives it an address, without which it receives nothing that is sent to a group. Only the kernel
  /// can send to it from then on, but for messages to a group: whoever is root in the namespace could
  /// keep it full, so that the kernel never gets to the end of an answer.
  private static func connect(_ descriptor: Int32) -> Errno? {
    var kernel = sockaddr_nl()
    kernel.nl_family = sa_family_t(AF_NETLINK)
    let result = withUnsafePointer(to: &kernel) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
      }
    }
    return result == 0 ? nil : Errno(rawValue: errno)
  }

  private static func join(_ group: UInt32, _ joining: Bool, _ descriptor: Int32) -> Errno? {
    var group = group
    let option = joining ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP
    let size = socklen_t(MemoryLayout<UInt32>.size)
    let result = setsockopt(descriptor, SOL_NETLINK, option, &group, size)
    return result == 0 ? nil : Errno(rawValue: errno)
  }

  /// Messages for which the socket had no room, `sk_drops`; `nil` before Linux 4.12.
  var dropped: UInt64? { memory(8).map(UInt64.init) }

  /// No more messages than these wait to be received.
  var mostWaiting: Int {
    // The kernel counts 512 bytes for the smallest, and more for those with figures.
    memory(0).map { Int($0) / 512 + 1 } ?? .max
  }

  /// A word of `SO_MEMINFO` (`SK_MEMINFO_…`); `nil` before Linux 4.12.
  private func memory(_ index: Int) -> UInt32? {
    var words = [UInt32](repeating: 0, count: 9)
    var size = socklen_t(words.count * 4)
    guard getsockopt(descriptor, SOL_SOCKET, NETTOP_SO_MEMINFO, &words, &size) == 0,
      size >= words.count * 4
    else { return nil }
    return words[index]
  }

  deinit {
    close(descriptor)
  }

  /// How a dump came out.
  enum Dump {
    /// It has every socket that was there all the time.
    case complete
    /// The kernel says that what it walked changed meanwhile (`NLM_F_DUMP_INTR`), or a part of the
    /// answer was cut off: some sockets may be missing.
    case interrupted
  }

  /// Sends a request and hands over the message that answers it, if there is one.
  ///
  /// - Throws: what the kernel answers in place of messages, such as `noSuchFileOrDirectory`.
  mutating func ask(
    _ type: Int32,
    _ payload: [UInt8],
    _ receive: (NetlinkMessage) -> Void
  ) throws(Errno) {
    _ = try exchange(type, flags: NLM_F_ACK, payload) {
      receive(NetlinkMessage($0))
    }
  }

  /// Asks sock_diag for any number of sockets, and hands over each message where it lies.
  ///
  /// - Throws: `protocolNotSupported` where the kernel has no answer about any socket of the
  ///   protocol: its module is not there. A list in which there is nothing is no error.
  mutating func dump(
    _ type: Int32,
    _ payload: [UInt8],
    _ receive: (NetlinkMessages.Message) -> Void
  ) throws(Errno) -> Dump {
    do throws(Errno) {
      return try exchange(type, flags: NLM_F_ROOT | NLM_F_MATCH, payload, receive)
    } catch .noSuchFileOrDirectory {
      throw .protocolNotSupported
    }
  }

  private mutating func exchange(
    _ type: Int32,
    flags: Int32,
    _ payload: [UInt8],
    _ receive: (NetlinkMessages.Message) -> Void
  ) throws(Errno) -> Dump {
    sequence &+= 1
    let header = nlmsghdr(
      nlmsg_len: UInt32(MemoryLayout<nlmsghdr>.size + payload.count),
      nlmsg_type: UInt16(type),
      nlmsg_flags: UInt16(NLM_F_REQUEST | flags),
      nlmsg_seq: sequence,
      nlmsg_pid: 0
    )
    let request = withUnsafeBytes(of: header, Array.init) + payload
    // Without an address it goes to the kernel.
    guard send(descriptor, request, request.count, 0) == request.count else {
      throw Errno(rawValue: errno)
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 8)
    defer { buffer.deallocate() }
    var outcome = Dump.complete
    while true {
      let (datagram, isWhole) = try datagram(into: buffer)
      if !isWhole { outcome = .interrupted }
      for message in NetlinkMessages(datagram) where message.sequence == sequence {
        if Int32(message.flags) & NLM_F_DUMP_INTR != 0 { outcome = .interrupted }
        switch Int32(message.type) {
        case NLMSG_ERROR, NLMSG_DONE:
          // `error` of `struct nlmsgerr`, or how a dump came out: negative, or 0 for success.
          let result = message.payload.number(at: 0, as: Int32.self) ?? 0
          if result < 0 { throw Errno(rawValue: result == .min ? EPROTO : -result) }
          return outcome
        default:
          receive(message)
        }
      }
    }
  }

  /// Asks sock_diag for any number of sockets.
  ///
  /// - Throws: as `dump`.
  mutating func list(
    _ payload: [UInt8],
    _ receive: (NetlinkMessage) -> Void
  ) throws(Errno) {
    _ = try dump(SOCK_DIAG_BY_FAMILY, payload) { receive(NetlinkMessage($0)) }
  }

  /// The kernel fills datagrams of a dump to 32 KiB at most.
  private static let bufferSize = 32768

  /// - Returns: the next datagram, and whether the buffer had room for all of it.
  private func datagram(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> (UnsafeRawBufferPointer, isWhole: Bool) {
    while true {
      let (got, isOfKernel) = try receive(into: buffer, flags: 0)
      if got == 0 { throw .connectionReset }
      if !isOfKernel { continue }
      let datagram = UnsafeRawBufferPointer(buffer).part(from: 0, count: got)
      return (datagram, got <= buffer.count)
    }
  }

  /// Receives one datagram.
  ///
  /// - Returns: its length, which can be beyond the buffer, and whether the kernel sent it. Whoever is
  ///   root in the namespace can send to a group too.
  func receive(
    into buffer: UnsafeMutableRawBufferPointer,
    flags: Int32
  ) throws(Errno) -> (length: Int, isOfKernel: Bool) {
    var sender = sockaddr_nl()
    var size = socklen_t(MemoryLayout<sockaddr_nl>.size)
    while true {
      let got = withUnsafeMutablePointer(to: &sender) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(
            descriptor,
            buffer.baseAddress,
            buffer.count,
            flags | Int32(MSG_TRUNC),
            $0,
            &size
          )
        }
      }
      if got >= 0 { return (got, sender.nl_pid == 0) }
      if errno != EINTR { throw Errno(rawValue: errno) }
    }
  }
}
