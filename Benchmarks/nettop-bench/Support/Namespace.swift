import Glibc

/// A network namespace of the bench's own, with nothing but loopback.
///
/// It has no name, only processes: it is gone with the last of them, however the bench ends.
final class Namespace {
  private let keeper: Child

  /// The inode, as connections have it.
  let inode: UInt32

  init() throws {
    let setup = """
      ip link set lo up && \
      echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range && \
      exec cat
      """
    keeper = try Child(["unshare", "--net", "sh", "-c", setup])
    // Once it answers it has left our namespace.
    try keeper.send("up")
    try keeper.expect("up")
    var status = stat()
    try BenchError.check(stat("/proc/\(keeper.pid)/ns/net", &status), "namespace")
    inode = UInt32(truncatingIfNeeded: status.st_ino)
  }

  /// Its file.
  var path: String { "/proc/\(keeper.pid)/ns/net" }

  /// The arguments that run a command inside.
  func entering(_ arguments: [String]) -> [String] {
    ["nsenter", "--net=\(path)"] + arguments
  }
}
