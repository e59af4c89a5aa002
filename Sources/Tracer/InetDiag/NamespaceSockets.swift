internal import CTracer
import Connections
import Glibc
import Synchronization
import SystemPackage

/// The netlink sockets of one network namespace, by which the kernel is asked about its sockets, and
/// reports those that it frees. While they are open, the namespace stays.
final class NamespaceSockets {
  /// How many files one takes.
  static let files = 4

  let inode: UInt32
  private var socket: NetlinkSocket
  private var destroyed: DestroyedSockets?
  /// `/proc/net/sockstat` and `sockstat6` of the namespace.
  private let counts: [FileDescriptor]
  /// When its last dump began.
  private(set) var last: Timestamp?
  /// When the one before that began.
  private(set) var earlier: Timestamp?
  private var number: UInt32 = 0

  /// Distinguishes namespaces that have the same inode one after the other.
  let serial: UInt64
  private static let serials = Atomic<UInt64>(0)

  /// In the network namespace of the calling thread.
  ///
  /// - Parameter isNotified: whether the kernel is to report freed sockets, where it may.
  init(inode: UInt32, isNotified: Bool) throws(Errno) {
    self.inode = inode
    serial = Self.serials.wrappingAdd(1, ordering: .relaxed).newValue
    socket = try NetlinkSocket()
    destroyed = nil
    if isNotified {
      do throws(Errno) {
        destroyed = try DestroyedSockets()
      } catch {
        // Of all other reasons, it is the lack of a right.
        if error.isShortageOfFiles { throw error }
      }
    }
    counts = ["sockstat", "sockstat6"].compactMap {
      try? FileDescriptor.open("/proc/thread-self/net/\($0)", .readOnly, options: .closeOnExec)
    }
  }

  deinit {
    for descriptor in counts { try? descriptor.close() }
  }

  /// Whether the kernel reports freed sockets.
  var isNotified: Bool { destroyed != nil }

  /// Readable when sockets were freed; `nil` if the kernel does not report it.
  var descriptor: Int32? { destroyed?.descriptor }

  /// Reports of freed sockets for which there was no room, since the start.
  var lost: UInt64 { destroyed?.lost ?? 0 }

  /// Whether the kernel reports freed sockets, where it may.
  func follow(_ following: Bool) {
    destroyed?.follow(following)
  }

  /// Hands over the freed sockets that wait.
  ///
  /// - Parameter limit: how many at most; `nil` for all that wait now.
  /// - Returns: whether more wait.
  func drain(
    limit: Int? = nil,
    _ receive: (DumpedSocket, TransportProtocol) -> Void
  ) -> Bool {
    destroyed?.drain(limit: limit, receive) ?? false
  }

  /// Begins a dump of all protocols.
  func begin(at time: Timestamp) -> DumpedConnections.Dump {
    number &+= 1
    defer { (earlier, last) = (last, time) }
    return DumpedConnections.Dump(netns: inode, time: time, previous: last, number: number)
  }

  /// How often the kernel is asked again where what it walked changed meanwhile.
  private static let attempts = 3

  /// Hands over all sockets that a request asks for; some more than once, where the kernel was
  /// interrupted.
  ///
  /// - Returns: whether none can be missing.
  func dump(
    _ request: DumpRequest,
    _ receive: (DumpedSocket) -> Void
  ) throws(Errno) -> Bool {
    for _ in 0..<Self.attempts {
      let outcome = try socket.dump(request.type, request.bytes) { message in
        if let socket = DumpedSocket(message) { receive(socket) }
      }
      if outcome == .complete { return true }
    }
    return false
  }

  /// How many sockets the kernel counts in it; `nil` if it does not say.
  var socketCounts: SocketCounts? {
    guard !counts.isEmpty else { return nil }
    var text: [UInt8] = []
    for descriptor in counts {
      let part = try? [UInt8](unsafeUninitializedCapacity: 2048) { buffer, count in
        count = try descriptor.read(
          fromAbsoluteOffset: 0,
          into: UnsafeMutableRawBufferPointer(buffer)
        )
      }
      guard let part else { return nil }
      text += part
    }
    return SocketCounts(text)
  }
}
