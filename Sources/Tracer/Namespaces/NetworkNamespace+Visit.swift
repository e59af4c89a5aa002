internal import CTracer
import Glibc

extension NetworkNamespace {
  /// Runs `body` in each network namespace of the host that can be entered, with its inode; in the
  /// own one always. What it reads of `/proc/thread-self` is the namespace's.
  ///
  /// - Returns: what it gave, by inode, and how many namespaces could not be entered.
  package static func visitAll<Value>(
    _ body: (UInt32) -> Value
  ) -> (values: [UInt32: Value], refused: Int) {
    let proc = ProcFS()
    let finder = NamespaceFinder(proc: proc)
    let descriptors = finder.openAll()
    defer { for descriptor in descriptors { close(descriptor) } }
    var values: [UInt32: Value] = [:]
    onOwnThread {
      if let own = proc.namespaceInode("thread-self/ns/net") { values[own] = body(own) }
      for descriptor in descriptors where setns(descriptor, NETTOP_CLONE_NEWNET) == 0 {
        guard let inode = proc.namespaceInode("thread-self/ns/net"), values[inode] == nil else {
          continue
        }
        values[inode] = body(inode)
      }
    }
    return (values, finder.inodes().filter { values[$0] == nil }.count)
  }
}
