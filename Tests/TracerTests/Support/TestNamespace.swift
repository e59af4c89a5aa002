import Glibc
import Synchronization

/// A network namespace of a test's own.
struct TestNamespace: Sendable {
  let name: String
  /// As the kernel names it in `Connection.netns`.
  let inode: UInt32

  var path: String { "/run/netns/\(name)" }

  private static let count = Mutex(0)

  /// A name that no other test has, now or at the same time in another process.
  static func newName() -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    return "nettop-test-\(getpid())-\(number)"
  }

  /// Makes one with its loopback up.
  static func make(named name: String = newName()) throws -> TestNamespace {
    try run("ip", "netns", "add", name)
    try run("ip", "-n", name, "link", "set", "lo", "up")
    return TestNamespace(name: name, inode: try inode(of: "/run/netns/\(name)"))
  }

  static func inode(of path: String) throws -> UInt32 {
    var status = stat()
    guard stat(path, &status) == 0 else { throw HarnessError("\(path): \(errno)") }
    return UInt32(truncatingIfNeeded: status.st_ino)
  }

  func delete() {
    _ = try? run("ip", "netns", "delete", name)
  }

  func set(_ key: String, _ value: String) throws {
    try run("ip", "netns", "exec", name, "sysctl", "-q", "-w", "\(key)=\(value)")
  }

  /// The kernel's own counts of the namespace, by the names that `nstat` prints.
  func counts() throws -> [String: UInt32] {
    let lines = try run("ip", "netns", "exec", name, "nstat", "-asz").split(separator: "\n")
    var counts: [String: UInt32] = [:]
    for line in lines where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      if words.count > 1 { counts[String(words[0])] = UInt32(words[1]) }
    }
    return counts
  }

  /// Runs a command of `nft` in it.
  func filter(_ rules: String) throws {
    try run("ip", "netns", "exec", name, "nft", rules)
  }
}
