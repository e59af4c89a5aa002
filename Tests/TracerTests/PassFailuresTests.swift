import Connections
import SystemPackage
import Testing

@testable import Tracer

@Suite struct PassFailuresTests {
  @Test func `a failure is counted and no more`() throws {
    var failures = PassFailures()
    for _ in 0..<20 {
      for _ in 1..<PassFailures.mostInARow { try failures.done(.noMemory) }
      try failures.done(nil)
    }
    #expect(failures.count == UInt64(20 * (PassFailures.mostInARow - 1)))
  }

  @Test func `several in a row are an end, with the last error`() throws {
    var failures = PassFailures()
    for _ in 1..<PassFailures.mostInARow { try failures.done(.noMemory) }
    #expect(throws: Errno.tooManyOpenFiles) { try failures.done(.tooManyOpenFiles) }
    #expect(failures.count == UInt64(PassFailures.mostInARow))
  }
}
