internal import CTracer
import Glibc
import SystemPackage
import Threads

extension NamespaceFinder {
  /// Runs `body` on a thread in a network namespace; in the own one on the calling thread, as that
  /// needs no rights.
  ///
  /// - Parameters:
  ///   - inode: of the namespace.
  ///   - holder: a process that is likely in it.
  /// - Returns: what `body` gave; `nil` if no process is in the namespace and `ip netns` does not have
  ///   it.
  /// - Throws: what `body` does, or why the namespace cannot be entered.
  func inNamespace<Result>(
    _ inode: UInt32,
    holder: Int32?,
    _ body: () throws(Errno) -> Result
  ) throws(Errno) -> Result? {
    if proc.namespaceInode("thread-self/ns/net") == inode { return try body() }
    guard let namespace = try open(inode, holder: holder) else { return nil }
    defer { close(namespace) }
    var result: Swift.Result<Result, Errno> = .failure(.resourceTemporarilyUnavailable)
    onOwnThread {
      if let refusal = Self.enter(namespace) {
        result = .failure(refusal)
        return
      }
      do throws(Errno) { result = .success(try body()) } catch { result = .failure(error) }
    }
    return try result.get()
  }
}
