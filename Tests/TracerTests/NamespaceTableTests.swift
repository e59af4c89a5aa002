import Glibc
import Testing

@testable import Tracer

/// On trees made like `/proc` and `/run/netns`, in which a file stands for a namespace.
@Suite struct NamespaceTableTests {
  private let proc: TemporaryDirectory
  private let netns: TemporaryDirectory
  private let start = Timestamp(nanoseconds: 0)

  init() throws {
    proc = try TemporaryDirectory()
    netns = try TemporaryDirectory()
  }

  private var finder: NamespaceFinder {
    NamespaceFinder(proc: ProcFS(root: proc.path), directory: netns.path)
  }

  private func inode(_ path: String) throws -> UInt32 {
    try TestNamespace.inode(of: path)
  }

  /// A process in a namespace.
  private func process(_ pid: Int32, _ comm: String, in namespace: String? = nil) throws {
    try proc.write("\(pid)/comm", comm + "\n")
    try proc.write("\(pid)/ns/net", "")
    guard let namespace else { return }
    unlink("\(proc.path)/\(pid)/ns/net")
    link(namespace, "\(proc.path)/\(pid)/ns/net")
  }

  @Test func `the host, ip netns and a process, in this order`() throws {
    try process(1, "init")
    try process(50, "nginx")
    try process(60, "late", in: "\(proc.path)/50/ns/net")
    try netns.write("web", "")
    try process(70, "php", in: "\(netns.path)/web")
    try netns.write("zz-host", "")
    let host = try inode("\(proc.path)/1/ns/net")
    let web = try inode("\(netns.path)/web")
    let alone = try inode("\(proc.path)/50/ns/net")
    let found = finder.namespaces([host, web, alone])
    #expect(found.map(\.inode) == [host, web, alone].sorted())
    #expect(
      Set(found) == [
        NetworkNamespace(inode: host, name: "host", nameSource: .host),
        NetworkNamespace(inode: web, name: "web", nameSource: .ipNetns),
        NetworkNamespace(inode: alone, name: "nginx/50", nameSource: .process),
      ]
    )
  }

  @Test func `PID 1 may be hidden`() throws {
    try process(2, "kthreadd")
    let host = try inode("\(proc.path)/2/ns/net")
    #expect(finder.namespaces([host]).map(\.name) == ["host"])
  }

  @Test func `one that nothing names`() {
    let found = finder.namespaces([4242])
    #expect(found == [NetworkNamespace(inode: 4242, name: nil, nameSource: nil)])
  }

  @Test func `each is told once, and again under another name`() throws {
    try netns.write("web", "")
    let web = try inode("\(netns.path)/web")
    var table = NamespaceTable(finder: finder)
    #expect(table.update([], at: start).isEmpty)
    #expect(table.update([web], at: start).map(\.name) == ["web"])
    #expect(table.update([web], at: start).isEmpty)
    rename("\(netns.path)/web", "\(netns.path)/shop")
    // With no connection of it in the batch.
    #expect(table.update([], at: start).map(\.name) == ["shop"])
    #expect(table.update([web], at: start).isEmpty)
  }

  @Test func `one without a name is looked for again after a while`() throws {
    var table = NamespaceTable(finder: finder)
    try process(50, "nginx")
    let inode = try inode("\(proc.path)/50/ns/net")
    let hidden = "\(proc.path)/hidden"
    rename("\(proc.path)/50", hidden)
    #expect(table.update([inode], at: start).map(\.name) == [nil])
    rename(hidden, "\(proc.path)/50")
    #expect(table.update([inode], at: Timestamp(nanoseconds: 9_000_000_000)).isEmpty)
    let later = table.update([inode], at: Timestamp(nanoseconds: 11_000_000_000))
    #expect(later.map(\.name) == ["nginx/50"])
  }

  @Test func `a process that names one may have any name`() throws {
    try process(50, "a)b c/\u{1b}[2J")
    let inode = try inode("\(proc.path)/50/ns/net")
    #expect(finder.namespaces([inode]).map(\.name) == ["a)b c/\u{1b}[2J/50"])
  }
}
