import Testing
import Tracer

@testable import nettop

/// What `nettop doctor --watch` says is missing, and what it advises.
struct LossesTests {
  @Test func nothingIsLost() {
    #expect(Losses(Health()).finding == .ok("losses", "nothing was lost"))
  }

  @Test func onlyAFullTableAsksForCapacity() {
    for (health, isSized) in [
      (Health(tableFull: 2), true), (Health(flowsFull: 2), true), (Health(recordsLost: 2), false),
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
      finding.message == "1,234 ends are lost, as they were not read in time;"
        + " 5 ends were not seen, as the kernel ran no program at that moment"
    )
    #expect(
      finding.cure == "let nettop run before others: nice -n -10 nettop;"
        + " no setting changes that: these connections are listed with the reason unknown"
    )
  }
}
