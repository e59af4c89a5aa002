import Connections
import Testing

@testable import nettop

/// What a log says that it leaves out.
struct UnseenTests {
  private static let problem = "connections that open and end between two samples are not logged"

  @Test func aSourceWithEventsLeavesNothingOut() {
    #expect(Failure.unseen(SourceHealth()) == nil)
    #expect(Failure.unseen(SourceHealth(gaps: [.accepted, .openers])) == nil)
  }

  @Test func theCureIsTheOneOfTheNotice() {
    let notice = SourceHealth.Notice(
      reason: "own namespace",
      remedy: "for all: sudo nettop, or more",
      firstRemedy: "for all: sudo nettop"
    )
    let failure = Failure.unseen(SourceHealth(notice: notice, gaps: [.shortLived]))
    #expect(failure?.problem == "\(Self.problem); for all: sudo nettop, or more")
    #expect(failure?.advice == nil)
  }

  /// A source that the user asked for has no notice.
  @Test func withoutANoticeTheLimitationHasTheCure() {
    let limitation = Limitation(
      what: "short ones",
      remedy: "run as root",
      extent: .connections("short_lived")
    )
    let others = Limitation(what: "others", remedy: "none", extent: .connections("udp"))
    let health = SourceHealth(gaps: [.shortLived], limitations: [others, limitation])
    #expect(Failure.unseen(health)?.problem == "\(Self.problem); run as root")
    #expect(Failure.unseen(SourceHealth(gaps: [.shortLived]))?.problem == Self.problem)
  }
}
