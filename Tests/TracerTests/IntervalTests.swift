import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  @Suite(.ofBPF) struct Intervals {
    /// The first batch comes at once, the second would come in an hour.
    @Test func `a stream whose interval is changed`() async throws {
      let tracer = try Tracer()
      let batches = tracer.batches(every: .seconds(3600))
      var count = 0
      for try await _ in batches {
        count += 1
        if count == 1 {
          #expect(batches.interval == .seconds(3600))
          Task { batches.setInterval(.milliseconds(1)) }
        }
        if count == 5 { break }
      }
      #expect(count == 5)
    }
  }
}
