import Connections
import Testing

@testable import nettop

/// What `nettop doctor --watch` says is missing, and what it advises.
struct LossesTests {
  @Test func nothingIsLost() {
    #expect(Losses(SourceHealth()).finding == .ok("losses", "nothing was lost"))
  }

  @Test func onlyAFullTableAsksForCapacity() {
    for (health, isSized) in [
      (SourceHealth(losses: [Loss(.openings, 2)]), true),
      (SourceHealth(losses: [Loss(.datagrams, 2)]), true),
      (SourceHealth(losses: [Loss(.ends, 2)]), false),
      (SourceHealth(losses: [Loss(.missed, 2)]), false),
      (SourceHealth(losses: [Loss(.uncounted, 2)]), false),
      (SourceHealth(losses: [Loss(.unseen, 2)]), false),
      (SourceHealth(losses: [Loss(.passes, 2)]), false),
    ] {
      let finding = Losses(health).finding
      #expect(finding.status == .warning)
      #expect(finding.message.hasPrefix("2 "))
      #expect(finding.cure?.contains("--capacity") == isSized, "\(finding)")
    }
  }

  @Test func eachHasItsOwnCauseAndCure() {
    let finding = Losses(SourceHealth(losses: [Loss(.ends, 1234), Loss(.unseen, 5)])).finding
    #expect(
      finding.message == "1,234 ends lost: the kernel's buffer was full;"
        + " 5 ends not seen: the kernel ran no program at that moment"
    )
    #expect(
      finding.cure == "try nice -n -10 nettop; no setting avoids the others"
    )
  }
}
