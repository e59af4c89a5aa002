import Connections
import Testing

@testable import Tracer

/// What events told of sockets, put together.
struct SocketLivesTests {
  private static let client = Endpoint(address: Address(v4: 0x0a00_0001), port: 40000)
  private static let server = Endpoint(address: Address(v4: 0x0a00_0002), port: 443)

  /// An event of the socket 7, unless it is said, so many nanoseconds after the first.
  private func event(
    _ kind: StateEvent.Kind,
    at nanoseconds: Int64 = 0,
    socket: UInt64 = 7,
    cookie: UInt64? = nil,
    local: Endpoint = client,
    remote: Endpoint = server,
    pid: Int32 = 1,
    cpu: UInt16 = 0,
    context: UInt64 = 0
  ) -> StateEvent {
    StateEvent(
      kind: kind,
      time: Timestamp(nanoseconds: 1_000_000_000 + nanoseconds),
      monotonic: UInt64(nanoseconds),
      socket: socket,
      cookie: cookie,
      proto: .tcp,
      family: nil,
      local: local,
      remote: remote,
      resetReason: nil,
      current: StateEvent.Current(pid: pid, uid: 0, gid: 0, name: "p"),
      cpu: cpu,
      context: context
    )
  }

  private func connected() -> SocketLives {
    var lives = SocketLives()
    let unbound = Endpoint(address: Self.client.address, port: 0)
    lives.take(event(.stateChange(from: .closed, to: .synSent), local: unbound, pid: 12))
    #expect(lives.lives(local: Self.client, remote: Self.server) == [])
    lives.take(event(.stateChange(from: .synSent, to: .established), at: 50, pid: 0))
    return lives
  }

  @Test func aClientIsFoundByItsEndsOnceItHasAPort() {
    let found = connected().lives(local: Self.client, remote: Self.server)
    #expect(found.count == 1)
    #expect(found.first?.direction == .outgoing)
    #expect(found.first?.opener?.process.pid == 12)
    #expect(found.first?.openedAt == Timestamp(nanoseconds: 1_000_000_000))
  }

  @Test func whoConnectsInAnotherNamespaceCanHaveTheSameEnds() {
    var lives = connected()
    lives.take(event(.stateChange(from: .closed, to: .synSent), socket: 8, pid: 13))
    #expect(lives.lives(local: Self.client, remote: Self.server).count == 2)
  }

  @Test func aListenerHasNoRemoteEnd() {
    var lives = SocketLives()
    let none = Endpoint(address: Address(v4: 0), port: 0)
    lives.take(
      event(.stateChange(from: .closed, to: .listen), local: Self.server, remote: none, pid: 5)
    )
    let found = lives.lives(local: Self.server, remote: none)
    #expect(found.first?.opener?.process.pid == 5)
  }

  /// How the process 12 closes a socket in FIN-WAIT-2.
  struct Ending: Sendable {
    var nanoseconds: Int64 = 10
    var unread: UInt32 = 0
    var pid: Int32 = 12
    var context: UInt64 = 0
    /// The CPU of an event of another socket.
    var between: UInt16?
    let hasFIN: Bool
  }

  /// The first to close: in FIN-WAIT-2 the FIN of the peer and the end come together.
  @Test(arguments: [
    // Unread, so the FIN was counted.
    Ending(unread: 1, hasFIN: true),
    // Destroyed at once and all read: a time-wait socket gets the FIN.
    Ending(hasFIN: false),
    // The same where the machine stood still in between.
    Ending(nanoseconds: 900_000, hasFIN: false),
    // Else a process held it, and read to the end: it came much later,
    Ending(nanoseconds: 5_000_000, hasFIN: true),
    // the FIN interrupted another process, or the same one,
    Ending(pid: 13, hasFIN: true), Ending(context: 1, hasFIN: true),
    // or something else happened on that CPU.
    Ending(between: 0, hasFIN: true),
    // On the other CPU it does not count.
    Ending(between: 1, hasFIN: false),
  ])
  func theEndOfWhoClosesFirst(_ ending: Ending) throws {
    var lives = connected()
    lives.take(event(.stateChange(from: .established, to: .finWait1), at: 100, pid: 12))
    lives.take(event(.stateChange(from: .finWait1, to: .finWait2), at: 110, pid: 0))
    lives.take(
      event(
        .stateChange(from: .finWait2, to: .closed),
        at: 120,
        pid: ending.pid,
        context: ending.context
      )
    )
    if let cpu = ending.between {
      lives.take(event(.resetSent, at: 121, socket: 8, cpu: cpu))
    }
    lives.take(event(.destroyed, at: 120 + ending.nanoseconds, cookie: 99, pid: 12))
    #expect(lives.lives(local: Self.client, remote: Self.server) == [])
    let found = lives.takeDestroyed(99)
    let life = try #require(found)
    #expect(life.reason == .fin)
    #expect(life.closer?.process.pid == 12)
    #expect(life.hasReceivedFIN(unread: ending.unread) == ending.hasFIN)
    let again = lives.takeDestroyed(99)
    #expect(again == nil)
  }

  @Test func theOtherEndGotTheFIN() throws {
    var lives = connected()
    lives.take(event(.stateChange(from: .established, to: .closeWait), at: 100, pid: 0))
    lives.take(event(.stateChange(from: .closeWait, to: .lastAck), at: 110, pid: 12))
    lives.take(event(.stateChange(from: .lastAck, to: .closed), at: 120, pid: 0))
    lives.take(event(.destroyed, at: 121, cookie: 99, pid: 0))
    let found = lives.takeDestroyed(99)
    let life = try #require(found)
    #expect(life.reason == .fin)
    #expect(life.hasReceivedFIN(unread: 0))
  }

  @Test func resetsAreTheReasonOfAnEnd() throws {
    var lives = connected()
    lives.take(event(.resetReceived, at: 90, cookie: 99, pid: 0))
    lives.take(event(.stateChange(from: .established, to: .closed), at: 100, pid: 0))
    lives.take(event(.destroyed, at: 5_000_000, cookie: 99, pid: 12))
    let found = lives.takeDestroyed(99)
    let life = try #require(found)
    #expect(life.reason == .reset)
    #expect(life.reset?.isSent == false)
    #expect(!life.hasReceivedFIN(unread: 0))

    lives = SocketLives()
    lives.take(event(.stateChange(from: .closed, to: .synSent), pid: 12))
    lives.take(event(.resetReceived, at: 20, cookie: 98, pid: 0))
    lives.take(event(.stateChange(from: .synSent, to: .closed), at: 20, pid: 0))
    lives.take(event(.destroyed, at: 900_000, cookie: 98, pid: 12))
    let refused = lives.takeDestroyed(98)
    #expect(refused?.reason == .refused)
  }

  @Test func memoryOfASocketIsUsedAgain() {
    var lives = connected()
    let other = Endpoint(address: Self.client.address, port: 40001)
    lives.take(event(.stateChange(from: .closed, to: .synSent), at: 200, local: other, pid: 14))
    #expect(lives.lives(local: Self.client, remote: Self.server) == [])
    #expect(lives.lives(local: other, remote: Self.server).first?.opener?.process.pid == 14)
  }

  @Test func whatNobodyAsksForIsForgotten() {
    var lives = connected()
    lives.take(event(.stateChange(from: .established, to: .closed), at: 100))
    lives.take(event(.destroyed, at: 101, cookie: 99))
    lives.expire(at: Timestamp(nanoseconds: 10_900_000_000))
    var copy = lives
    let kept = copy.takeDestroyed(99)
    #expect(kept != nil)
    lives.expire(at: Timestamp(nanoseconds: 11_100_000_000))
    let again = lives.takeDestroyed(99)
    #expect(again == nil)
  }
}
