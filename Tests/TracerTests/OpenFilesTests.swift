import SystemPackage
import Testing

@testable import Tracer

@Suite struct OpenFilesTests {
  @Test func `the free numbers below the limit`() throws {
    let directory = try TemporaryDirectory()
    // The last but one stands for the directory while it is read, and the last is inherited.
    for number in [0, 1, 2, 7, 5000] { try directory.write("self/fd/\(number)", "") }
    let proc = ProcFS(root: directory.path)
    #expect(try OpenFiles.left(below: 64, proc) == 61)
    #expect(try OpenFiles.left(below: 4, proc) == 2)
    #expect(try OpenFiles.left(below: nil, proc) == nil)
  }

  @Test func `not known without /proc`() throws {
    #expect(try OpenFiles.left(below: 64, ProcFS(root: "/nonexistent")) == nil)
  }

  /// The check refuses nothing where the limit is the usual one.
  @Test func `this process`() throws {
    let limit = try #require(OpenFiles.limit)
    let left = try #require(try OpenFiles.left())
    #expect((1..<limit).contains(left))
    #expect(throws: Never.self) { try Kernel.checkOpenFiles() }
  }

  @Test func `what is a shortage`() {
    #expect(Errno.tooManyOpenFiles.isShortageOfFiles)
    #expect(Errno.tooManyOpenFilesInSystem.isShortageOfFiles)
    #expect(!Errno.notPermitted.isShortageOfFiles)
  }
}
