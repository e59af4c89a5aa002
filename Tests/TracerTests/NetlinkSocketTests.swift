import CTracer
import Glibc
import SystemPackage
import Testing

@testable import Tracer

extension LiveKernel {
  @Suite struct NetlinkSockets {
    /// Whoever is root in the namespace could fill the socket, and no answer would ever end.
    @Test func `none but the kernel can send to one`() throws {
      let socket = try NetlinkSocket()
      #expect(Self.send(to: Self.port(of: socket.descriptor), groups: 0) == .connectionRefused)
    }

    @Test func `what others send to a group is not taken for the kernel's`() throws {
      let namespace = OwnNamespace()
      try #require(namespace.isNew)
      let received = try #require(
        namespace.run { () -> Result<(length: Int, isOfKernel: Bool), Errno> in
          Result { () throws(Errno) in
            let socket = try NetlinkSocket(groups: [1])
            if let refusal = Self.send(to: 0, groups: 1) { throw refusal }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
            defer { buffer.deallocate() }
            return try socket.receive(into: buffer, flags: Int32(MSG_DONTWAIT))
          }
        }
      ).get()
      #expect(received.length == Self.message.count)
      #expect(!received.isOfKernel)
    }

    private static let message = [UInt8](repeating: 0, count: 16)

    /// Sends a message from another socket.
    ///
    /// - Returns: why that was refused; `nil` if it was not.
    private static func send(to port: UInt32, groups: UInt32) -> Errno? {
      let kind = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue)
      let sender = socket(AF_NETLINK, kind, NETLINK_SOCK_DIAG)
      guard sender >= 0 else { return Errno(rawValue: errno) }
      defer { close(sender) }
      var address = sockaddr_nl()
      address.nl_family = sa_family_t(AF_NETLINK)
      address.nl_pid = port
      address.nl_groups = groups
      let size = socklen_t(MemoryLayout<sockaddr_nl>.size)
      let sent = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(sender, message, message.count, 0, $0, size)
        }
      }
      return sent < 0 ? Errno(rawValue: errno) : nil
    }

    /// The address by which others can send to it (`nl_pid`).
    private static func port(of descriptor: Int32) -> UInt32 {
      var address = sockaddr_nl()
      var size = socklen_t(MemoryLayout<sockaddr_nl>.size)
      withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = getsockname(descriptor, $0, &size)
        }
      }
      return address.nl_pid
    }
  }
}
