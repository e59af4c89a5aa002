import Connections
import Testing

@testable import nettop

struct RecordSummaryTests {
  @Test func saysHowMuchWasRecorded() {
    var summary = RecordSummary()
    #expect(!summary.hasBegun)
    summary.note(SourceHealth())
    #expect(summary.hasBegun)
    summary.written = 1
    #expect(summary.text(size: 4096) == "recorded 1 sample, 4.00K")
    summary.written = 86_400
    #expect(summary.text(size: 5 << 20) == "recorded 86,400 samples, 5.00M")
  }

  @Test func saysWhatIsMissing() {
    var summary = RecordSummary()
    // What was lost before the first sample is none of the recording's, unless it has no room still.
    summary.note(SourceHealth(losses: [Loss(.ends, 5), Loss(.openings, 3)]))
    summary.note(SourceHealth(losses: [Loss(.ends, 7), Loss(.openings, 3), Loss(.unseen, 9)]))
    summary.written = 10
    summary.missing = 2
    #expect(
      summary.text(size: 0)
        == "recorded 10 samples, 0B; 2 could not be written and are missing; "
        + "2 ends lost: the kernel's buffer was full; 3 sockets not followed: the table is full"
    )
  }
}
