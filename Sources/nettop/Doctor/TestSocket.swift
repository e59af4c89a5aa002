import Connections
import Glibc
import SystemPackage
import Tracer

/// A socket of the self-test, on loopback. It waits for its peer five seconds at most.
final class TestSocket {
  /// What the system refused.
  struct Refusal: Error, Hashable {
    let call: String
    let code: Int32

    var text: String { "\(call): \(String(cString: strerror(code)))" }
    /// What to do about it.
    var cure: String {
      let error = Errno(rawValue: code)
      return error.isShortageOfFiles
        ? OpenFiles.cure(error)
        : "bring up loopback (ip link set lo up), and check that no firewall blocks it"
    }
    /// Whether the kernel was built without the protocol, or has it switched off.
    var isWithoutProtocol: Bool { [EPROTONOSUPPORT, ENOPROTOOPT, EINVAL].contains(code) }
  }

  let proto: TransportProtocol
  let address: Address
  private(set) var descriptor: Int32

  /// Makes one in the namespace of the calling thread.
  init(_ proto: TransportProtocol, _ address: Address) throws(Refusal) {
    let type = proto == .udp ? SOCK_DGRAM : SOCK_STREAM
    self.proto = proto
    self.address = address
    descriptor = socket(
      address.isV4 ? AF_INET : AF_INET6,
      Int32(type.rawValue | SOCK_CLOEXEC.rawValue),
      Int32(proto.rawValue)
    )
    try Self.check(descriptor, "socket")
    limitWaiting()
  }

  private init(accepted descriptor: Int32, by listener: TestSocket) {
    self.descriptor = descriptor
    proto = listener.proto
    address = listener.address
    limitWaiting()
  }

  deinit {
    close()
  }

  private func limitWaiting() {
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
  }

  func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  /// Closes with a reset.
  func abort() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_LINGER,
      &linger,
      socklen_t(MemoryLayout<Glibc.linger>.size)
    )
    close()
  }

  /// What identifies it: `SO_COOKIE`.
  var cookie: UInt64 {
    var cookie: UInt64 = 0
    var size = socklen_t(MemoryLayout<UInt64>.size)
    getsockopt(descriptor, SOL_SOCKET, 57, &cookie, &size)
    return cookie
  }

  /// The local port.
  var port: UInt16 {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutableBytes(of: &address) { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &size)
      // Both families have it after theirs.
      return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    }
  }

  /// Takes a port that is free.
  func bind() throws(Refusal) {
    try Self.check(withAddress(port: 0) { Glibc.bind(descriptor, $0, $1) }, "bind")
  }

  func listen(backlog: Int32) throws(Refusal) {
    try bind()
    try Self.check(Glibc.listen(descriptor, backlog), "listen")
  }

  func connect(port: UInt16) throws(Refusal) {
    try Self.check(withAddress(port: port) { Glibc.connect(descriptor, $0, $1) }, "connect")
  }

  func accept() throws(Refusal) -> TestSocket {
    let accepted = Glibc.accept(descriptor, nil, nil)
    try Self.check(accepted, "accept")
    _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
    return TestSocket(accepted: accepted, by: self)
  }

  /// Sends this many bytes to a peer that takes them at once.
  func transfer(_ count: Int, to peer: TestSocket) throws(Refusal) {
    var bytes = [UInt8](repeating: 0x6e, count: 16384)
    var left = count
    while left > 0 {
      let sent = send(descriptor, bytes, min(left, bytes.count), Int32(MSG_NOSIGNAL))
      try Self.check(Int32(clamping: sent), "send")
      var missing = sent
      while missing > 0 {
        let got = recv(peer.descriptor, &bytes, missing, 0)
        try Self.check(got == 0 ? -1 : Int32(clamping: got), "recv")
        missing -= got
      }
      left -= sent
    }
  }

  /// Sends datagrams of a size to a port whose socket takes each of them at once.
  func transfer(_ count: Int, ofSize size: Int, to peer: TestSocket) throws(Refusal) {
    var bytes = [UInt8](repeating: 0x6e, count: size)
    for _ in 0..<count {
      let sent = withAddress(port: peer.port) { sendto(descriptor, bytes, size, 0, $0, $1) }
      try Self.check(Int32(clamping: sent), "sendto")
      try Self.check(Int32(clamping: recv(peer.descriptor, &bytes, size, 0)), "recv")
    }
  }

  private static func check(_ result: Int32, _ call: String) throws(Refusal) {
    if result < 0 { throw Refusal(call: call, code: errno) }
  }

  private func withAddress<Result>(
    port: UInt16,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    func call<Value>(_ value: Value) -> Result {
      withUnsafePointer(to: value) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<Value>.size))
        }
      }
    }
    if address.isV4 {
      var v4 = sockaddr_in()
      v4.sin_family = sa_family_t(AF_INET)
      v4.sin_port = port.bigEndian
      v4.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
      return call(v4)
    }
    var v6 = sockaddr_in6()
    v6.sin6_family = sa_family_t(AF_INET6)
    v6.sin6_port = port.bigEndian
    withUnsafeMutableBytes(of: &v6.sin6_addr) { bytes in
      bytes.storeBytes(of: address.high.bigEndian, toByteOffset: 0, as: UInt64.self)
      bytes.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return call(v6)
  }
}
