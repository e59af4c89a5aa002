import Glibc
import Testing

@testable import nettop

@Suite struct WakeupPipeTests {
  private func isReady(_ pipe: WakeupPipe) -> Bool {
    var descriptor = pipe.readiness
    return poll(&descriptor, 1, 0) == 1
  }

  @Test func gives() throws {
    let pipe = try WakeupPipe()
    #expect(!isReady(pipe))
    #expect(pipe.take() == [])
    for byte: UInt8 in [3, 1, 2] { pipe.send(byte) }
    #expect(isReady(pipe))
    #expect(pipe.take() == [3, 1, 2])
    #expect(!isReady(pipe))
  }

  @Test func holdsNobodyUpWhereItIsFull() throws {
    let pipe = try WakeupPipe()
    // More than the 64 kB of a pipe.
    for _ in 0..<100_000 { pipe.send(7) }
    let count = pipe.take().count
    #expect(count > 512 && count < 100_000)
    #expect(!isReady(pipe))
  }

  @Test func isNotInherited() throws {
    let pipe = try WakeupPipe()
    #expect(fcntl(pipe.writeEnd, F_GETFD) == FD_CLOEXEC)
    #expect(fcntl(pipe.readiness.fd, F_GETFD) == FD_CLOEXEC)
  }
}
