internal import CTracer
import Connections
import Glibc
import SystemPackage

/// Receives a message with the final figures of each socket that the kernel frees in one network
/// namespace (`SKNLGRP_INET_TCP_DESTROY` and its kin). Needs CAP_NET_ADMIN there.
struct DestroyedSockets: ~Copyable {
  private let socket: NetlinkSocket
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16384, alignment: 8)
  /// What the kernel may keep for it, in bytes.
  private var room: Int32
  /// Messages for which there was no room, since the start.
  private(set) var lost: UInt64 = 0

  private static let most: Int32 = 64 << 20
  private static let groups = [
    SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET_UDP_DESTROY, SKNLGRP_INET6_TCP_DESTROY,
    SKNLGRP_INET6_UDP_DESTROY,
  ].map { UInt32($0.rawValue) }

  /// In the network namespace of the calling thread.
  ///
  /// - Parameter room: of messages that wait to be received, in bytes.
  init(room: Int32 = 8 << 20) throws(Errno) {
    socket = try NetlinkSocket(groups: Self.groups)
    self.room = room
    makeRoom()
  }

  deinit {
    buffer.deallocate()
  }

  /// Readable when messages wait.
  var descriptor: Int32 { socket.descriptor }

  /// Whether the kernel sends messages.
  func follow(_ following: Bool) {
    for group in Self.groups { socket.join(group, following) }
  }

  /// Hands over those that wait. Others come meanwhile, maybe faster than they are taken in.
  ///
  /// - Parameter limit: how many messages at most; `nil` for all that wait now.
  /// - Returns: whether more wait.
  mutating func drain(
    limit: Int? = nil,
    _ receive: (DumpedSocket, TransportProtocol) -> Void
  ) -> Bool {
    for _ in 0..<(limit ?? socket.mostWaiting) {
      do throws(Errno) {
        let (length, isOfKernel) = try socket.receive(
          into: buffer,
          flags: Int32(MSG_DONTWAIT)
        )
        guard isOfKernel else { continue }
        let datagram = UnsafeRawBufferPointer(buffer).part(from: 0, count: length)
        for message in NetlinkMessages(datagram) {
          guard let socket = DumpedSocket(message), let proto = socket.proto else { continue }
          receive(socket, proto)
        }
      } catch .noBufferSpace {
        lost += 1
        room = min(room * 2, Self.most)
        makeRoom()
      } catch {
        // All that are lost, not only how often there was no room.
        if lost > 0 { lost = socket.dropped ?? lost }
        return false
      }
    }
    return true
  }

  private func makeRoom() {
    var room = room
    let size = socklen_t(MemoryLayout<Int32>.size)
    // Beyond `net.core.rmem_max`; as far as that where it is refused.
    if setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, size) != 0 {
      setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &room, size)
    }
  }
}
