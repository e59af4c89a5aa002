import Connections
import Testing

@testable import Tracer

/// What events told of sockets, put together.
struct SocketLivesTests {
  /// The live socket with these ends and this cookie, of which it is not known where it is, unless its
  /// opener is said to be here.
  private func live(
    _ lives: SocketLives,
    _ local: Endpoint = StateEvent.client,
    _ remote: Endpoint = StateEvent.server,
    cookie: UInt64? = 99,
    at nanoseconds: Int64 = 0,
    here: [Int32: Bool] = [:]
  ) -> SocketLives.Life? {
    var lives = lives
    let time = Timestamp(nanoseconds: 1_000_000_000 + nanoseconds)
    return lives.live(local: local, remote: remote, cookie: cookie, at: time) { life in
      life.opener.flatMap { here[$0.process.pid] }
    }
  }

  private func connected() -> SocketLives {
    var lives = SocketLives()
    let unbound = Endpoint(address: StateEvent.client.address, port: 0)
    lives.take(.sample(.stateChange(from: .closed, to: .synSent), local: unbound, pid: 12))
    #expect(live(lives) == nil)
    lives.take(.sample(.stateChange(from: .synSent, to: .established), at: 50, pid: 0))
    return lives
  }

  @Test func aClientIsFoundByItsEndsOnceItHasAPort() {
    let found = live(connected())
    #expect(found?.direction == .outgoing)
    #expect(found?.opener?.process.pid == 12)
    #expect(found?.openedAt == Timestamp(nanoseconds: 1_000_000_000))
    // It can be that of another namespace.
    #expect(live(connected(), here: [12: true]) != nil)
    #expect(live(connected(), here: [12: false]) == nil)
  }

  @Test func whoConnectsInAnotherNamespaceCanHaveTheSameEnds() {
    var lives = connected()
    lives.take(.sample(.stateChange(from: .closed, to: .synSent), socket: 8, pid: 13))
    #expect(live(lives) == nil)
    #expect(live(lives, here: [12: false]) == nil)
    #expect(live(lives, here: [12: true, 13: true]) == nil)
    #expect(live(lives, here: [13: true])?.opener?.process.pid == 13)
    // A dump had one of them already.
    let found = lives.live(
      local: StateEvent.client,
      remote: StateEvent.server,
      cookie: 98,
      at: Timestamp(nanoseconds: 1_000_000_000)
    ) { $0.opener?.process.pid == 12 }
    #expect(found?.opener?.process.pid == 12)
    #expect(live(lives)?.opener?.process.pid == 13)
    #expect(live(lives, cookie: 98)?.opener?.process.pid == 12)
    #expect(live(lives, cookie: nil) == nil)
  }

  @Test func aListenerHasNoRemoteEnd() {
    var lives = SocketLives()
    let none = Endpoint(address: Address(v4: 0), port: 0)
    lives.take(
      .sample(
        .stateChange(from: .closed, to: .listen),
        local: StateEvent.server,
        remote: none,
        pid: 5
      )
    )
    // It answers a segment of no connection.
    lives.take(.sample(.resetSent, at: 10, local: StateEvent.server))
    let found = live(lives, StateEvent.server, none)
    #expect(found?.opener?.process.pid == 5)
    #expect(found?.reset == nil)
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
    lives.take(.sample(.stateChange(from: .established, to: .finWait1), at: 100, pid: 12))
    lives.take(.sample(.stateChange(from: .finWait1, to: .finWait2), at: 110, pid: 0))
    lives.take(
      .sample(
        .stateChange(from: .finWait2, to: .closed),
        at: 120,
        pid: ending.pid,
        context: ending.context
      )
    )
    if let cpu = ending.between {
      lives.take(.sample(.resetSent, at: 121, socket: 8, cpu: cpu))
    }
    lives.take(.sample(.destroyed, at: 120 + ending.nanoseconds, cookie: 99, pid: 12))
    #expect(live(lives) == nil)
    let found = lives.takeDestroyed(99, local: 40000, remote: 80)
    let life = try #require(found)
    #expect(life.reason == .fin)
    #expect(life.closer?.process.pid == 12)
    #expect(life.hasReceivedFIN(unread: ending.unread) == ending.hasFIN)
    let again = lives.takeDestroyed(99, local: 40000, remote: 80)
    #expect(again == nil)
  }

  @Test func theOtherEndGotTheFIN() throws {
    var lives = connected()
    lives.take(.sample(.stateChange(from: .established, to: .closeWait), at: 100, pid: 0))
    lives.take(.sample(.stateChange(from: .closeWait, to: .lastAck), at: 110, pid: 12))
    lives.take(.sample(.stateChange(from: .lastAck, to: .closed), at: 120, pid: 0))
    lives.take(.sample(.destroyed, at: 121, cookie: 99, pid: 0))
    let found = lives.takeDestroyed(99, local: 40000, remote: 80)
    let life = try #require(found)
    #expect(life.reason == .fin)
    #expect(life.hasReceivedFIN(unread: 0) == true)
  }

  @Test func resetsAreTheReasonOfAnEnd() throws {
    var lives = connected()
    lives.take(.sample(.resetReceived, at: 90, cookie: 99, pid: 0))
    lives.take(.sample(.stateChange(from: .established, to: .closed), at: 100, pid: 0))
    lives.take(.sample(.destroyed, at: 5_000_000, cookie: 99, pid: 12))
    let found = lives.takeDestroyed(99, local: 40000, remote: 80)
    let life = try #require(found)
    #expect(life.reason == .reset)
    #expect(life.reset?.isSent == false)
    #expect(life.hasReceivedFIN(unread: 0) == false)

    lives = SocketLives()
    lives.take(.sample(.stateChange(from: .closed, to: .synSent), pid: 12))
    lives.take(.sample(.resetReceived, at: 20, cookie: 98, pid: 0))
    lives.take(.sample(.stateChange(from: .synSent, to: .closed), at: 20, pid: 0))
    lives.take(.sample(.destroyed, at: 900_000, cookie: 98, pid: 12))
    let refused = lives.takeDestroyed(98, local: 40000, remote: 80)
    #expect(refused?.reason == .refused)
  }

  /// Its first event is the reset, or the last change of its state.
  @Test func theEndOfWhatIsOlderThanTheEvents() throws {
    var lives = SocketLives()
    lives.take(.sample(.resetReceived, at: 90, cookie: 99, pid: 0))
    lives.take(.sample(.stateChange(from: .closeWait, to: .closed), at: 100, pid: 0))
    let found = lives.held(missing(at: 200_000_000)) { _ in nil }
    let life = try #require(found)
    #expect(life.reason == .reset)
    #expect(life.reset?.isSent == false)
    #expect(life.hasReceivedFIN(unread: 0) == true)
    #expect(life.end?.at == Timestamp(nanoseconds: 1_000_000_100))
    // A reset that was sent can be a listener's.
    lives = SocketLives()
    lives.take(.sample(.resetSent, at: 90, pid: 0))
    #expect(live(lives) == nil)
    lives.take(.sample(.stateChange(from: .lastAck, to: .closed), at: 100, pid: 0))
    #expect(lives.held(missing(isGone: true)) { _ in nil }?.reason == .fin)
  }

  /// The socket of the samples, which a dump does not have.
  private func missing(
    cookie: UInt64 = 99,
    at nanoseconds: Int64 = 0,
    isGone: Bool = false
  ) -> MissingSocket {
    MissingSocket(
      netns: 1,
      cookie: cookie,
      local: StateEvent.client,
      remote: StateEvent.server,
      time: Timestamp(nanoseconds: 1_000_000_000 + nanoseconds),
      isGone: isGone
    )
  }

  /// A process can still close it, so that its final figures come.
  @Test func theEndOfASocketThatIsHeldWaitsForItsProcess() {
    var lives = connected()
    #expect(live(lives) != nil)
    lives.take(.sample(.resetReceived, at: 1000, cookie: 99, pid: 0))
    #expect(lives.held(missing(at: 2_000_000_000, isGone: true)) { _ in nil } == nil)
    lives.take(.sample(.stateChange(from: .established, to: .closed), at: 1000, pid: 0))
    #expect(lives.held(missing(at: 99_000_000)) { _ in nil } == nil)
    #expect(lives.held(missing(at: 101_000_000)) { _ in nil }?.reason == .reset)
    #expect(lives.held(missing(at: 99_000_000, isGone: true)) { _ in nil } != nil)
    // Its cookie says more than where its opener is now.
    #expect(lives.held(missing(at: 101_000_000)) { _ in false } != nil)
    #expect(lives.held(missing(cookie: 98, isGone: true)) { _ in nil } == nil)
    lives.take(.sample(.destroyed, at: 300_000_000, cookie: 99, pid: 12))
    #expect(lives.held(missing(at: 400_000_000, isGone: true)) { _ in nil } == nil)
  }

  /// No event has its cookie: one dump can miss a socket that lives.
  @Test func aSocketIsKnownByItsEndsAloneOnceItIsGone() {
    var lives = connected()
    lives.take(.sample(.stateChange(from: .finWait2, to: .closed), at: 100, pid: 0))
    #expect(lives.held(missing(at: 900_000_000)) { _ in nil } == nil)
    #expect(lives.held(missing(isGone: true)) { _ in false } == nil)
    #expect(lives.held(missing(isGone: true)) { _ in nil }?.reason == .fin)
    // It is that one's for good.
    #expect(lives.held(missing(cookie: 98, isGone: true)) { _ in nil } == nil)
    // What a dump had when it lived has a cookie.
    lives = connected()
    _ = lives.live(
      local: StateEvent.client,
      remote: StateEvent.server,
      cookie: 99,
      at: Timestamp(nanoseconds: 1_000_000_060)
    ) { _ in nil }
    lives.take(.sample(.stateChange(from: .finWait2, to: .closed), at: 100, pid: 0))
    #expect(lives.held(missing(at: 900_000_000)) { _ in nil }?.reason == .fin)
  }

  @Test func theSameEndsAgainWhileTheFirstSocketIsHeld() {
    var lives = connected()
    lives.take(.sample(.stateChange(from: .established, to: .closed), at: 100, pid: 0))
    // A dump that began before that can have it.
    #expect(live(lives, at: 90)?.opener?.process.pid == 12)
    #expect(live(lives, at: 110) == nil)
    lives.take(.sample(.stateChange(from: .closed, to: .synSent), at: 200, socket: 8, pid: 13))
    // Which of the two is missing is not known before a dump has the second.
    #expect(lives.held(missing(isGone: true)) { _ in nil } == nil)
    #expect(live(lives, cookie: 98, at: 210)?.opener?.process.pid == 13)
    _ = lives.live(
      local: StateEvent.client,
      remote: StateEvent.server,
      cookie: 98,
      at: Timestamp(nanoseconds: 1_000_000_210)
    ) { _ in nil }
    #expect(lives.held(missing(isGone: true)) { _ in nil }?.opener?.process.pid == 12)
    #expect(lives.held(missing(cookie: 98, isGone: true)) { _ in nil } == nil)
    lives.take(.sample(.stateChange(from: .synSent, to: .closed), at: 300, socket: 8, pid: 0))
    #expect(
      lives.held(missing(cookie: 98, isGone: true)) { _ in nil }?.opener?.process.pid == 13
    )
  }

  @Test func twoNamespacesWithTheSameEnds() {
    var lives = connected()
    lives.take(.sample(.stateChange(from: .closed, to: .synSent), socket: 8, pid: 13))
    lives.take(.sample(.stateChange(from: .established, to: .closed), at: 100, pid: 0))
    // The one that ended, or the one that lives.
    #expect(lives.held(missing(isGone: true)) { _ in nil } == nil)
    #expect(lives.held(missing(isGone: true)) { $0.opener?.process.pid == 13 } == nil)
    #expect(lives.held(missing(isGone: true)) { $0.opener?.process.pid == 12 } != nil)
  }

  @Test func memoryOfASocketIsUsedAgain() {
    var lives = connected()
    let other = Endpoint(address: StateEvent.client.address, port: 40001)
    lives.take(.sample(.stateChange(from: .closed, to: .synSent), at: 200, local: other, pid: 14))
    #expect(live(lives) == nil)
    #expect(live(lives, other)?.opener?.process.pid == 14)
  }

  @Test func withoutItsEndNothingIsKnownOfTheFIN() throws {
    var lives = connected()
    lives.take(.sample(.destroyed, at: 101, cookie: 99))
    let found = lives.takeDestroyed(99, local: 40000, remote: 80)
    #expect(try #require(found).hasReceivedFIN(unread: 0) == nil)
  }

  /// Before Linux 5.4 each namespace has cookies of its own.
  @Test func aSocketWithOtherEndsIsAnotherOne() {
    var lives = connected()
    lives.take(.sample(.stateChange(from: .established, to: .closed), at: 100))
    lives.take(.sample(.destroyed, at: 101, cookie: 99))
    #expect(lives.takeDestroyed(99, local: 40001, remote: 80) == nil)
    #expect(lives.takeDestroyed(99, local: 40000, remote: 81) == nil)
    // One that was disconnected has forgotten its remote end.
    #expect(lives.takeDestroyed(99, local: 40000, remote: 0) != nil)
  }

  @Test func whatNobodyAsksForIsForgotten() {
    var lives = connected()
    lives.take(.sample(.stateChange(from: .established, to: .closed), at: 100))
    lives.take(.sample(.destroyed, at: 101, cookie: 99))
    #expect(lives.expire(at: Timestamp(nanoseconds: 3_900_000_000)) == 0)
    var copy = lives
    let kept = copy.takeDestroyed(99, local: 40000, remote: 80)
    #expect(kept != nil)
    // It was a connection, whose end nobody reported.
    #expect(lives.expire(at: Timestamp(nanoseconds: 4_100_000_000)) == 1)
    let again = lives.takeDestroyed(99, local: 40000, remote: 80)
    #expect(again == nil)
  }

  @Test func eachIsForgottenOnceAndInTime() {
    var lives = SocketLives()
    var forgotten: [Int] = []
    // One ends every 10 ms, and is looked for every 50 ms.
    for step in 0..<400 {
      if step < 100 {
        let (socket, time) = (UInt64(step + 1), Int64(step) * 10_000_000)
        lives.take(.sample(.stateChange(from: .closed, to: .synSent), at: time, socket: socket))
        lives.take(.sample(.stateChange(from: .synSent, to: .closed), at: time, socket: socket))
        lives.take(.sample(.destroyed, at: time, socket: socket, cookie: socket))
      }
      if step.isMultiple(of: 5) {
        let now = Timestamp(nanoseconds: 1_000_000_000 + Int64(step) * 10_000_000)
        forgotten.append(lives.expire(at: now))
      }
    }
    // The first is over three seconds old at 3.05 s.
    #expect(forgotten == Array(repeating: 0, count: 61) + Array(repeating: 5, count: 19))
    #expect(lives.takeDestroyed(95, local: 0, remote: 0) == nil)
    #expect(lives.takeDestroyed(100, local: 0, remote: 0) != nil)
  }
}
