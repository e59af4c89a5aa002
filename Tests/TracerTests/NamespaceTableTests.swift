import Connections
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
    NamespaceFinder(proc: ProcFS(root: proc.path), directory: netns.path, isOfHost: true)
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

  @Test func `other names of ip netns are known`() throws {
    try process(1, "init")
    try netns.write("web", "")
    link("\(netns.path)/web", "\(netns.path)/api")
    link("\(proc.path)/1/ns/net", "\(netns.path)/zz-host")
    let (host, web) = (try inode("\(proc.path)/1/ns/net"), try inode("\(netns.path)/web"))
    #expect(
      Set(finder.namespaces([host, web]).map(\.names)) == [["host", "zz-host"], ["api", "web"]]
    )
    for name in ["api", "web", "name:web"] { #expect(try chosen(name) == web) }
    for name in ["host", "zz-host"] { #expect(try chosen(name) == host) }
  }

  /// A process with the moment when it started, in ticks since the boot.
  private func process(
    _ pid: Int32,
    _ comm: String,
    in namespace: String? = nil,
    startedAt ticks: UInt64
  ) throws {
    try process(pid, comm, in: namespace)
    let zeros = Array(repeating: "0", count: 18).joined(separator: " ")
    try proc.write("\(pid)/stat", "\(pid) (\(comm)) S \(zeros) \(ticks) 0 0 0\n")
  }

  /// Of a namespace that an ordinary user is in, no process shows that it is the host's.
  @Test func `the own namespace has a name of its own`() throws {
    try process(300, "nettop")
    symlink("300", "\(proc.path)/self")
    try process(50, "python3", in: "\(proc.path)/300/ns/net")
    try process(60, "other")
    let own = try inode("\(proc.path)/300/ns/net")
    let other = try inode("\(proc.path)/60/ns/net")
    let expected = NetworkNamespace(inode: own, name: "own", nameSource: .own, isOwn: true)
    var table = NamespaceTable(finder: finder)
    #expect(table.update([own], at: start) == [expected])
    #expect(
      finder.namespaces([own, other]).map(\.isOwn) == [own, other].sorted().map { $0 == own }
    )
    // Whoever comes and goes.
    rename("\(proc.path)/50", "\(proc.path)/gone")
    try process(51, "curl", in: "\(proc.path)/300/ns/net")
    #expect(table.update([own], at: Timestamp(nanoseconds: 11_000_000_000)).isEmpty)
    rename("\(proc.path)/51", "\(proc.path)/gone-too")
    #expect(table.update([own], at: Timestamp(nanoseconds: 22_000_000_000)).isEmpty)
    #expect(try chosen("own") == own)
    #expect(try NamespaceChoice(finder).namespace("own") == expected)
  }

  @Test func `the own namespace has a better name where there is one`() throws {
    try process(300, "nettop")
    symlink("300", "\(proc.path)/self")
    let own = try inode("\(proc.path)/300/ns/net")
    link("\(proc.path)/300/ns/net", "\(netns.path)/web")
    let web = NetworkNamespace(inode: own, name: "web", nameSource: .ipNetns, isOwn: true)
    #expect(finder.namespaces([own]) == [web])
    #expect(try NamespaceChoice(finder).namespace("own") == web)
    unlink("\(netns.path)/web")
    try process(50, "nginx", in: "\(proc.path)/300/ns/net")
    try cgroup(50, "/docker/\(String(repeating: "ab", count: 32))")
    #expect(finder.namespaces([own]).map(\.nameSource) == [.container])
    try process(1, "init", in: "\(proc.path)/300/ns/net")
    #expect(
      finder.namespaces([own]) == [
        NetworkNamespace(inode: own, name: "host", nameSource: .host, isOwn: true)
      ]
    )
    #expect(try chosen("own") == own)
    // A namespace that has that name is meant.
    try netns.write("own", "")
    #expect(try chosen("own") == inode("\(netns.path)/own"))
  }

  /// In a container, the source may know that it is the host's, and call it so.
  @Test func `the own namespace of a container is chosen by its inode`() throws {
    try process(300, "nettop")
    symlink("300", "\(proc.path)/self")
    let own = try inode("\(proc.path)/300/ns/net")
    let finder = NamespaceFinder(proc: ProcFS(root: proc.path), directory: netns.path)
    for text in ["own", "\(own)", "pid:300"] {
      let chosen = try NamespaceChoice(finder).namespace(text)
      #expect(chosen.inode == own && chosen.name == nil && chosen.isOwn)
    }
  }

  @Test func `the oldest process names one, and then the same for as long as it lives`() throws {
    try process(50, "late", startedAt: 900)
    let namespace = "\(proc.path)/50/ns/net"
    try process(60, "first", in: namespace, startedAt: 700)
    try process(70, "second", in: namespace, startedAt: 800)
    let inode = try inode(namespace)
    var table = NamespaceTable(finder: finder)
    #expect(table.update([inode], at: start).map(\.name) == ["first/60"])
    // An older one enters it, and the directory of `ip netns` changes: all names are looked at.
    try process(80, "older", in: namespace, startedAt: 600)
    try netns.write("web", "")
    #expect(table.update([inode], at: start).isEmpty)
    rename("\(proc.path)/60", "\(proc.path)/gone")
    #expect(table.update([inode], at: start).map(\.name) == ["older/80"])
  }

  @Test func `PID 1 may be hidden`() throws {
    try process(2, "kthreadd")
    let host = try inode("\(proc.path)/2/ns/net")
    #expect(finder.namespaces([host]).map(\.name) == ["host"])
  }

  /// PID 1 of a container is in the container's namespace.
  @Test func `in a container the host is what the kernel says`() throws {
    try process(1, "sh")
    let own = try inode("\(proc.path)/1/ns/net")
    // No process here is in the first PID namespace.
    let finder = NamespaceFinder(proc: ProcFS(root: proc.path), directory: netns.path)
    #expect(finder.namespaces([own]).map(\.name) == ["sh/1"])
    #expect(throws: NamespaceChoice.Failure.self) {
      try NamespaceChoice(finder).namespace("host")
    }
    var table = NamespaceTable(finder: finder)
    table.host = 4242
    let told = table.update([own, 4242], at: start)
    #expect(Set(told.map(\.name)) == ["sh/1", "host"])
    #expect(told.first { $0.inode == 4242 }?.nameSource == .host)
    #expect(table.update([own, 4242], at: start).isEmpty)
  }

  /// `ip netns del` takes the name, and not the namespace from those in it.
  @Test func `a name of ip netns stays for as long as the namespace does`() throws {
    try netns.write("web", "")
    let web = try inode("\(netns.path)/web")
    try process(70, "php", in: "\(netns.path)/web")
    var table = NamespaceTable(finder: finder)
    table.note(web, cookie: 7, at: 1)
    #expect(table.update([web], at: start).map(\.name) == ["web"])
    unlink("\(netns.path)/web")
    #expect(table.update([web], at: start).isEmpty)
    // Its last process has left, and a connection of it ends.
    rename("\(proc.path)/70", "\(proc.path)/gone")
    #expect(table.update([web], at: start).isEmpty)
    // An older record that comes late changes nothing.
    table.note(web, cookie: 6, at: 0)
    #expect(table.update([web], at: start).isEmpty)
    // The inode is another's.
    rename("\(proc.path)/gone", "\(proc.path)/80")
    table.note(web, cookie: 8, at: 2)
    #expect(table.update([web], at: start).map(\.name) == ["php/80"])
  }

  @Test func `a name of ip netns gives way to another one`() throws {
    try netns.write("web", "")
    let web = try inode("\(netns.path)/web")
    var table = NamespaceTable(finder: finder)
    table.note(web, cookie: 7, at: 1)
    #expect(table.update([web], at: start).map(\.name) == ["web"])
    rename("\(netns.path)/web", "\(netns.path)/shop")
    #expect(table.update([], at: start).map(\.name) == ["shop"])
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

  private func cgroup(_ pid: Int32, _ path: String) throws {
    try proc.write("\(pid)/cgroup", "0::\(path)\n")
  }

  @Test func `a container names it, whichever of its processes is the first`() throws {
    let id = String(repeating: "ab", count: 32)
    try process(1, "init")
    try cgroup(1, "/init.scope")
    try process(50, "nsenter")
    try cgroup(50, "/user.slice/session-1.scope")
    try process(60, "nginx", in: "\(proc.path)/50/ns/net")
    try cgroup(60, "/system.slice/docker-\(id).scope")
    // A service is no container.
    try process(70, "service")
    try cgroup(70, "/system.slice/private.service")
    let container = try inode("\(proc.path)/50/ns/net")
    let service = try inode("\(proc.path)/70/ns/net")
    #expect(
      Set(finder.namespaces([container, service])) == [
        NetworkNamespace(inode: container, name: "abababababab", nameSource: .container),
        NetworkNamespace(inode: service, name: "service/70", nameSource: .process),
      ]
    )
  }

  @Test func `the container that all of the host is in names none`() throws {
    let path = "/docker/\(String(repeating: "ab", count: 32))"
    try process(1, "init")
    try cgroup(1, path)
    try process(50, "alone")
    try cgroup(50, path)
    let alone = try inode("\(proc.path)/50/ns/net")
    #expect(finder.namespaces([alone]).map(\.name) == ["alone/50"])
  }

  /// The kernel gives the inode of a namespace that is gone to the next one.
  @Test func `an inode that is used again has no old name`() throws {
    try process(50, "old")
    let inode = try inode("\(proc.path)/50/ns/net")
    var table = NamespaceTable(finder: finder)
    #expect(table.update([inode], at: start).map(\.name) == ["old/50"])
    rename("\(proc.path)/50", "\(proc.path)/gone")
    // Nothing opens in it: what ended there was there.
    #expect(table.update([], at: Timestamp(nanoseconds: 11_000_000_000)).isEmpty)
    #expect(table.update([inode], at: start).map(\.name) == [nil])
    rename("\(proc.path)/gone", "\(proc.path)/77")
    try proc.write("77/comm", "new\n")
    let later = Timestamp(nanoseconds: 30_000_000_000)
    #expect(table.update([inode], at: later).map(\.name) == ["new/77"])
    // The same PID, and another process.
    try proc.write("77/comm", "other\n")
    #expect(table.update([inode], at: later).map(\.name) == ["other/77"])
    #expect(table.update([inode], at: later).isEmpty)
  }

  @Test func `another process names it once the one that did has left`() throws {
    try process(50, "first")
    try process(60, "second", in: "\(proc.path)/50/ns/net")
    let inode = try inode("\(proc.path)/50/ns/net")
    var table = NamespaceTable(finder: finder)
    #expect(table.update([inode], at: start).map(\.name) == ["first/50"])
    rename("\(proc.path)/50", "\(proc.path)/gone")
    #expect(table.update([], at: Timestamp(nanoseconds: 9_000_000_000)).isEmpty)
    let later = table.update([], at: Timestamp(nanoseconds: 11_000_000_000))
    #expect(later.map(\.name) == ["second/60"])
  }

  // Which namespace a user means.

  private func chosen(_ text: String) throws -> UInt32 {
    try NamespaceChoice(finder).namespace(text).inode
  }

  private func refused(_ text: String) -> NamespaceChoice.Failure? {
    do {
      _ = try NamespaceChoice(finder).namespace(text)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a choice by name, inode, PID and container`() throws {
    let id = String(repeating: "ab", count: 32)
    try process(1, "init")
    try process(50, "nginx")
    try cgroup(50, "/docker/\(id)")
    try process(60, "alone")
    try netns.write("web", "")
    try netns.write("pid:60", "")
    try netns.write("1", "")
    let host = try inode("\(proc.path)/1/ns/net")
    let container = try inode("\(proc.path)/50/ns/net")
    let alone = try inode("\(proc.path)/60/ns/net")
    let web = try inode("\(netns.path)/web")
    for text in ["host", "\(host)", "pid:1", "inode:\(host)"] { #expect(try chosen(text) == host) }
    for text in ["web", "name:web", "\(web)"] { #expect(try chosen(text) == web) }
    for text in [id, "abab", "abababababab", "container:\(id)", "50", "pid:50", "\(container)"] {
      #expect(try chosen(text) == container)
    }
    for text in ["60", "alone/60", "\(alone)"] { #expect(try chosen(text) == alone) }
    // A name is a name, whatever it looks like.
    #expect(try chosen("pid:60") == inode("\(netns.path)/pid:60"))
    #expect(try chosen("1") == inode("\(netns.path)/1"))
  }

  @Test func `a choice that means none says what there is`() throws {
    try process(1, "init")
    try netns.write("web", "")
    for text in [
      "", "x", "pid:2", "pid:x", "container:web", "inode:web", "name:", "99999999999999",
    ] {
      let refusal = try #require(refused(text), "\(text)")
      #expect(refusal.advice.contains("host, web") || refusal.advice.contains("web, host"))
    }
  }

  @Test func `a choice that means several says which`() throws {
    let id = String(repeating: "ab", count: 32)
    for pid: Int32 in [50, 60] {
      try process(pid, "nginx")
      try cgroup(pid, "/docker/\(id)")
    }
    let inodes = try [50, 60].map { try inode("\(proc.path)/\($0)/ns/net") }
    let refusal = try #require(refused("abababababab"))
    #expect(refusal.message == "'abababababab' matches more than one network namespace")
    for inode in inodes {
      #expect(refusal.advice.contains("inode:\(inode)"))
      #expect(try chosen("inode:\(inode)") == inode)
    }
  }
}
