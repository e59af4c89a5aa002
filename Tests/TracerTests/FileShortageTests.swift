import Connections
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Tracer

/// Where no more files can be opened, what is not known for that reason says so. Each test has a
/// process of its own, whose limit it lowers.
@Suite(.live, .timeLimit(.minutes(1))) struct FileShortageTests {
  @Test func `namespaces are neither listed nor looked up`() async {
    await #expect(processExitsWith: .success) {
      let (proc, netns) = (try TemporaryDirectory(), try TemporaryDirectory())
      try netns.write("web", "")
      let web = try TestNamespace.inode(of: "\(netns.path)/web")
      let finder = NamespaceFinder(
        proc: ProcFS(root: proc.path),
        directory: netns.path,
        isOfHost: true
      )
      var table = NamespaceTable(finder: finder)
      try withoutFiles {
        let visits = finder.visitAll { _ in }
        #expect(visits.unlisted == .tooManyOpenFiles && visits.refused.isEmpty)
        let unvisited = try #require(Limitation.unvisited(visits))
        #expect(unvisited.remedy.hasPrefix("other namespaces cannot be listed"))
        #expect(unvisited.remedy.contains("`ulimit -n`"))

        #expect(table.update([web], at: Timestamp(nanoseconds: 0)).map(\.name) == [nil])
        #expect(table.shortages == [web: .tooManyOpenFiles])
        let unnamed = try #require(Limitation.unnamed(table.shortages))
        #expect(unnamed.what == "names of 1 namespace")
        #expect(unnamed.remedy.contains("`ulimit -n`"))

        #expect(throws: Errno.tooManyOpenFiles) { try finder.open(web, holder: nil) }
        let refusal = #expect(throws: NamespaceChoice.Failure.self) {
          try NamespaceChoice(finder).namespace("web")
        }
        #expect(
          refusal?.message
            == "cannot look up the network namespace 'web': too many files are open"
        )
        #expect(refusal?.advice.contains("`ulimit -n`") == true)
      }
      // Once files can be opened again, all is as ever.
      #expect(try NamespaceChoice(finder).namespace("web").inode == web)
      let later = Timestamp(nanoseconds: 11_000_000_000)
      #expect(table.update([], at: later).map(\.name) == ["web"])
      #expect(table.shortages.isEmpty && Limitation.unnamed(table.shortages) == nil)
    }
  }

  @Test func `a namespace keeps the name that it had`() async {
    await #expect(processExitsWith: .success) {
      let (proc, netns) = (try TemporaryDirectory(), try TemporaryDirectory())
      try proc.write("50/comm", "nginx\n")
      try proc.write("50/ns/net", "")
      let inode = try TestNamespace.inode(of: "\(proc.path)/50/ns/net")
      let finder = NamespaceFinder(
        proc: ProcFS(root: proc.path),
        directory: netns.path,
        isOfHost: true
      )
      var table = NamespaceTable(finder: finder)
      table.note(inode, cookie: 7, at: 1)
      let start = Timestamp(nanoseconds: 0)
      #expect(table.update([inode], at: start).map(\.name) == ["nginx/50"])
      try withoutFiles {
        #expect(table.update([inode], at: start).isEmpty)
        #expect(table.shortages.isEmpty)
      }
    }
  }

  @Test func `the programs are not loaded`() async {
    await #expect(processExitsWith: .success) {
      try withoutFiles {
        #expect(throws: Errno.tooManyOpenFiles) { try OpenFiles.left() }
        #expect(throws: Errno.tooManyOpenFiles) { try Kernel.checkOpenFiles() }
      }
    }
  }

  @Test func `a process exists all the same`() async {
    await #expect(processExitsWith: .success) {
      try withoutFiles {
        #expect(Process.exists(pid: getpid()))
        #expect(!Process.exists(pid: .max))
      }
    }
  }

  /// Otherwise its details would say that the kernel no longer has it.
  @Test func `a connection is not gone for that reason`() async {
    await #expect(processExitsWith: .success) {
      let proc = ProcFS()
      let endpoint = Endpoint(address: Address(v4: 0x7f00_0001), port: 1)
      let connection = Connection(
        id: Connection.ID(cookie: 1, generation: 0),
        local: endpoint,
        remote: endpoint,
        netns: try #require(proc.namespaceInode("self/ns/net")),
        direction: .outgoing,
        state: .established,
        counters: Counters(),
        owner: nil,
        openedAt: nil
      )
      let diagnosis = SocketDiagnosis(finder: NamespaceFinder(proc: proc), clock: BootClock())
      try withoutFiles {
        let refusal = #expect(throws: ActionError.self) {
          try diagnosis.detailsNow(of: connection)
        }
        #expect(
          refusal?.problem == "cannot ask the kernel about this socket: too many files are open"
        )
        #expect(refusal?.advice.contains("`ulimit -n`") == true)
      }
      // Once files can be opened again, the kernel answers.
      #expect(try diagnosis.detailsNow(of: connection) == nil)
    }
  }

  @Test func `a connection is not closed for that reason`() {
    let error = ActionError.closing(.tooManyOpenFiles)
    #expect(error.problem.hasSuffix("too many files are open"))
    #expect(error.advice.contains("`ulimit -n`"))
  }
}

/// Runs `body` while this process cannot open any file. The three descriptors below the limit are
/// open anyway.
private func withoutFiles(_ body: () throws -> Void) throws {
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  var before = rlimit()
  try #require(getrlimit(resource, &before) == 0)
  var lowered = rlimit(rlim_cur: 3, rlim_max: before.rlim_max)
  try #require(setrlimit(resource, &lowered) == 0)
  defer { setrlimit(resource, &before) }
  try body()
}
