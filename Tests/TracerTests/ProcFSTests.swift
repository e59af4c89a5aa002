import Connections
import Glibc
import Testing

@testable import Tracer

@Suite struct ProcFSTests {
  private let directory: TemporaryDirectory
  private var proc: ProcFS { ProcFS(root: directory.path) }

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test func `a file, whole or its beginning`() throws {
    try directory.write("1/comm", "init\n")
    #expect(proc.read("1/comm") == Array("init\n".utf8))
    #expect(proc.read("1/comm", limit: 2) == Array("in".utf8))
    try directory.write("1/cmdline", "")
    #expect(proc.read("1/cmdline") == [])
  }

  @Test func `what cannot be read`() throws {
    try directory.write("1/comm", "init\n")
    #expect(proc.read("2/comm") == nil)
    // A directory opens, and then refuses to be read.
    #expect(proc.read("1") == nil)
    #expect(proc.namespaceInode("2/ns/net") == nil)
  }

  @Test func `only numbers are PIDs`() throws {
    for name in ["10", "9", "self", "1x", "-", "sys"] { try directory.write("\(name)/comm", "") }
    #expect(proc.pids() == [9, 10])
    #expect(try Set(proc.listNumbers()) == [9, 10])
    #expect(ProcFS(root: "\(directory.path)/none").pids() == [])
  }

  /// The real one, of this process.
  @Test func `this process`() throws {
    let proc = ProcFS()
    #expect(proc.pids().contains(getpid()))
    let inode = try #require(proc.namespaceInode("self/ns/net"))
    #expect(try readLink("/proc/self/ns/net") == "net:[\(inode)]")
  }

  private func readLink(_ path: String) throws -> String {
    var target = [CChar](repeating: 0, count: 256)
    let length = readlink(path, &target, target.count)
    try #require(length > 0)
    return String(
      decoding: target.prefix(length).map(UInt8.init(truncatingIfNeeded:)),
      as: UTF8.self
    )
  }
}
