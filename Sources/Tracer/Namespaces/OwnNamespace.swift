internal import CTracer
import Glibc
import Threads

/// A network namespace made for one's own traffic, or else the one that the process is in. It goes
/// with the last socket in it.
package final class OwnNamespace: Sendable {
  /// `nil` for the one that the process is in.
  private let descriptor: Int32?

  /// The one that the process is in.
  package static let ofProcess = OwnNamespace(nil)

  private init(_ descriptor: Int32?) {
    self.descriptor = descriptor
  }

  /// Makes one with a loopback device, where that is permitted.
  package convenience init() {
    var made: Int32?
    onOwnThread {
      guard unshare(NETTOP_CLONE_NEWNET) == 0, Self.raiseLoopback() else { return }
      let descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
      if descriptor >= 0 { made = descriptor }
    }
    self.init(made)
  }

  deinit {
    if let descriptor { close(descriptor) }
  }

  /// Whether nobody else is in it.
  package var isNew: Bool { descriptor != nil }

  /// Runs `body` on a thread in the namespace. Sockets stay in the one they are made in.
  ///
  /// - Returns: what it gave; `nil` if no thread can be had, or it cannot enter.
  package func run<Value>(_ body: () -> Value) -> Value? {
    var value: Value?
    onOwnThread {
      if let descriptor, setns(descriptor, NETTOP_CLONE_NEWNET) != 0 { return }
      value = body()
    }
    return value
  }

  /// `ip link set lo up`: a request is a name of 16 bytes, and flags of which the first is `IFF_UP`.
  private static func raiseLoopback() -> Bool {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let setFlags: UInt = 0x8914
    var request = [UInt8](repeating: 0, count: 40)
    request.replaceSubrange(0..<2, with: Array("lo".utf8))
    request.withUnsafeMutableBytes { $0.storeBytes(of: Int16(1), toByteOffset: 16, as: Int16.self) }
    return ioctl(descriptor, setFlags, &request) == 0
  }
}
