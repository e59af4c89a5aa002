internal import CTracer
import Glibc
import SystemPackage

/// A netlink socket to the kernel's sock_diag, in the network namespace of the thread that made it.
struct NetlinkSocket: ~Copyable {
  private let descriptor: Int32
  private var sequence: UInt32 = 0

  init() throws(Errno) {
    let kind = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_NETLINK, kind, NETLINK_SOCK_DIAG)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    // The kernel answers while it is asked, so nobody waits; but never for good.
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
  }

  deinit {
    close(descriptor)
  }

  /// Sends a request and hands over each message of the answer.
  ///
  /// - Parameter isDump: whether the answer is any number of messages, rather than one at most.
  /// - Throws: what the kernel answers in place of messages, such as `noSuchFileOrDirectory`.
  mutating func ask(
    _ type: Int32,
    isDump: Bool = false,
    _ payload: [UInt8],
    _ receive: (NetlinkMessage) -> Void
  ) throws(Errno) {
    sequence += 1
    let header = nlmsghdr(
      nlmsg_len: UInt32(MemoryLayout<nlmsghdr>.size + payload.count),
      nlmsg_type: UInt16(type),
      nlmsg_flags: UInt16(NLM_F_REQUEST | (isDump ? NLM_F_ROOT | NLM_F_MATCH : NLM_F_ACK)),
      nlmsg_seq: sequence,
      nlmsg_pid: 0
    )
    let request = withUnsafeBytes(of: header, Array.init) + payload
    // Without an address it goes to the kernel.
    guard send(descriptor, request, request.count, 0) == request.count else {
      throw Errno(rawValue: errno)
    }
    while true {
      for message in NetlinkMessage.all(in: try datagram()) where message.sequence == sequence {
        switch Int32(message.type) {
        case NLMSG_ERROR, NLMSG_DONE:
          // `error` of `struct nlmsgerr`, or how a dump came out: negative, or 0 for success.
          let result = message.payload.number(at: 0, as: Int32.self) ?? 0
          if result < 0 { throw Errno(rawValue: -result) }
          return
        default:
          receive(message)
        }
      }
    }
  }

  /// Asks sock_diag for any number of sockets.
  ///
  /// - Throws: `protocolNotSupported` where the kernel has no answer about any socket of the
  ///   protocol: its module is not there. A list in which there is nothing is no error.
  mutating func list(
    _ payload: [UInt8],
    _ receive: (NetlinkMessage) -> Void
  ) throws(Errno) {
    do throws(Errno) {
      try ask(SOCK_DIAG_BY_FAMILY, isDump: true, payload, receive)
    } catch .noSuchFileOrDirectory {
      throw .protocolNotSupported
    }
  }

  /// The kernel fills datagrams of a dump to 32 KiB at most.
  private func datagram() throws(Errno) -> KernelBytes {
    var failure: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: 32768) { buffer, count in
      var got = 0
      repeat {
        got = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      } while got < 0 && errno == EINTR
      if got < 0 { failure = Errno(rawValue: errno) }
      count = max(0, got)
    }
    if let failure { throw failure }
    guard !bytes.isEmpty else { throw Errno.connectionReset }
    return KernelBytes(bytes)
  }
}
