import Connections
import Testing

@testable import nettop

/// What `nettop doctor --watch` says is missing, and what it advises.
struct LossesTests {
  @Test func nothingIsLost() {
    #expect(Losses(Health()).finding == .ok("losses", "nothing was lost"))
  }

  @Test func onlyAFullTableAsksForCapacity() {
    for (health, isSized) in [
      (Health(tableFull: 2), true), (Health(flowsFull: 2), true), (Health(recordsLost: 2), false),
      (Health(endsMissed: 2), false), (Health(datagramsLost: 2), false),
      (Health(endsUnseen: 2), false), (Health(passesFailed: 2), false),
    ] {
      let finding = Losses(health).finding
      #expect(finding.status == .warning)
      #expect(finding.message.hasPrefix("2 "))
      #expect(finding.cure?.contains("--capacity") == isSized, "\(finding)")
    }
  }

  @Test func eachHasItsOwnCauseAndCure() {
    let finding = Losses(Health(recordsLost: 1234, endsUnseen: 5)).finding
    #expect(
      finding.message == "1,234 ends lost: they were not read in time;"
        + " 5 ends not seen: the kernel ran no program at that moment"
    )
    #expect(
      finding.cure == "raise nettop's priority: nice -n -10 nettop;"
        + " no setting avoids that: these connections are listed with the reason unknown"
    )
  }
}
