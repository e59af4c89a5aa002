import CTracer
import Glibc
import Synchronization
import Testing
import Threads

/// A network namespace with a loopback device, that goes with this object.
final class TestNamespace {
  /// As bytes, since it need not be text.
  let bytes: [UInt8]
  /// What `stat -L` says of it.
  let inode: UInt32
  /// The namespace itself, which its name can be taken from.
  private let descriptor: Int32

  private static let count = Mutex(0)

  var name: String { String(decoding: bytes, as: UTF8.self) }

  /// - Parameter suffix: what its name ends in.
  init(suffix: [UInt8] = []) throws {
    let number = TestNamespace.count.withLock { count in
      count += 1
      return count
    }
    bytes = Array("nettop-test-\(getpid())p\(number)".utf8) + suffix
    try #require(try Child.perform(path: "ip", [.init("netns".utf8), .init("add".utf8), bytes]))
    var status = stat()
    _ = stat(TestNamespace.path(of: bytes), &status)
    inode = UInt32(truncatingIfNeeded: status.st_ino)
    descriptor = open(TestNamespace.path(of: bytes), O_RDONLY | O_CLOEXEC)
    let words = ["link", "set", "lo", "up"].map { Array($0.utf8) }
    try #require(try Child.perform(path: "ip", [Array("-n".utf8), bytes] + words))
  }

  deinit {
    deleteName()
    close(descriptor)
  }

  /// Takes its name from it. It lives on.
  func deleteName() {
    _ = try? Child.perform(path: "ip", [.init("netns".utf8), .init("del".utf8), bytes])
  }

  /// Runs `body` on a thread that is in the namespace. Sockets stay in the one they are made in.
  func run<Value>(_ body: () throws -> Value) throws -> Value {
    var result: Result<Value, any Error>?
    onOwnThread {
      result = Result {
        try #require(setns(descriptor, NETTOP_CLONE_NEWNET) == 0)
        return try body()
      }
    }
    return try #require(result).get()
  }

  private static func path(of bytes: [UInt8]) -> [CChar] {
    (Array("/run/netns/".utf8) + bytes + [0]).map { CChar(truncatingIfNeeded: $0) }
  }
}
