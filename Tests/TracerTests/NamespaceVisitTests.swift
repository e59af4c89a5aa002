import Connections
import Glibc
import SystemPackage
import Testing

@testable import Tracer

@Suite struct NamespaceVisitTests {
  private static let text = """
    sockets: used 300
    TCP: inuse 5 orphan 1 tw 9 alloc 20 mem 3
    UDP: inuse 2 mem 1
    UDPLITE: inuse 7
    RAW: inuse 8
    TCP6: inuse 4
    UDP6: inuse 3
    UDPLITE6: inuse 0

    """

  @Test func `counts of sockets`() throws {
    let counts = try #require(SocketCounts(Array(Self.text.utf8)))
    #expect(counts.tcp == 5)
    #expect(counts.tcp6 == 4)
    #expect(counts.udp == 5)
    #expect(SocketCounts([]) == nil)
    #expect(SocketCounts(Array("TCP: inuse x\nUDP: inuse 1\n".utf8)) == nil)
  }

  /// A namespace that refuses is counted, whatever the reason, and the others are visited.
  @Test(arguments: [Errno.tooManyOpenFiles, .notPermitted])
  func `what cannot be entered is counted`(reason: Errno) throws {
    let (proc, netns) = (try TemporaryDirectory(), try TemporaryDirectory())
    for name in ["a", "b", "c"] { try netns.write(name, "") }
    let finder = NamespaceFinder(proc: ProcFS(root: proc.path), directory: netns.path)
    let refused = try TestNamespace.inode(of: "\(netns.path)/b")
    func enter(_ descriptor: Int32) -> Errno? {
      var status = stat()
      fstat(descriptor, &status)
      return UInt32(truncatingIfNeeded: status.st_ino) == refused ? reason : nil
    }
    let visits = finder.visitAll(enter: enter) { $0 }
    #expect(visits.values.count == 2)
    #expect(visits.refused == [refused: reason])
    #expect(NetworkNamespace.cure(of: reason).contains("ulimit") == (reason == .tooManyOpenFiles))
  }

  @Test func `one is open at a time`() throws {
    let (proc, netns) = (try TemporaryDirectory(), try TemporaryDirectory())
    for number in 0..<50 { try netns.write("n\(number)", "") }
    let finder = NamespaceFinder(proc: ProcFS(root: proc.path), directory: netns.path)
    var descriptors: Set<Int32> = []
    func enter(_ descriptor: Int32) -> Errno? {
      descriptors.insert(descriptor)
      return nil
    }
    let visits = finder.visitAll(enter: enter) { _ in }
    #expect(visits.values.count == 50)
    #expect(descriptors.count < 10)
  }

  /// The protocol 200 is nobody's, so no module answers about it, as where `tcp_diag` is missing.
  @Test func `sock_diag without a module for a protocol`() {
    #expect(throws: Never.self) { try SocketDump.probe(6) }
    #expect(throws: Never.self) { try SocketDump.probe(17) }
    #expect(throws: Errno.protocolNotSupported) { try SocketDump.probe(200) }
    let error = ActionError.noSocketDiagnosis(of: .udp)
    #expect(error.code == .unsupported)
    #expect(error.problem.contains("udp_diag is not loaded"))
    #expect(error.advice.contains("modprobe udp_diag"))
    #expect(ActionError.noSocketDiagnosis(of: .mptcp).advice.contains("modprobe tcp_diag"))
  }
}
