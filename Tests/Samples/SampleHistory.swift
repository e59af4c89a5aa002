package import Connections

/// Batches in memory, as a history.
package struct SampleHistory: BatchHistory {
  /// In their order; each position is ten times the number of its batch from 1.
  package let batches: [Batch]
  /// Between two batches that are further apart, nothing is known.
  private let gap: Double
  /// The numbers of keyframes.
  private let keyframes: [Int]

  /// - Parameters:
  ///   - keyframes: from which batches a reader can begin; the first is always one.
  ///   - gap: in seconds.
  package init(_ batches: [Batch], keyframes: [Int] = [], gap: Double = 60) {
    self.batches = batches
    self.gap = gap
    self.keyframes = [0] + keyframes.filter { $0 > 0 }
  }

  package static func position(_ index: Int) -> Int64 { Int64(index + 1) * 10 }

  private func index(_ position: Int64) -> Int { Int(position / 10) - 1 }

  private func past(_ index: Int) -> PastBatch {
    PastBatch(position: Self.position(index), batch: batches[index])
  }

  package func coverage() async throws -> [ClosedRange<Timestamp>] {
    var ranges: [ClosedRange<Timestamp>] = []
    for batch in batches {
      let time = batch.wallTime
      if let last = ranges.last, time.seconds(since: last.upperBound) <= gap {
        ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, time)
      } else {
        ranges.append(time...time)
      }
    }
    return ranges
  }

  package func position(at moment: Timestamp) async throws -> Int64? {
    if batches.isEmpty { return nil }
    return Self.position(batches.lastIndex { $0.wallTime <= moment } ?? 0)
  }

  package func batches(upTo position: Int64) async throws -> [PastBatch] {
    let index = index(position)
    guard batches.indices.contains(index) else { return [] }
    let first = keyframes.last { $0 <= index } ?? 0
    return (first...index).map(past)
  }

  package func batch(after position: Int64) async throws -> PastBatch? {
    let next = index(position) + 1
    return batches.indices.contains(next) ? past(next) : nil
  }

  package func position(before position: Int64) async throws -> Int64? {
    let previous = index(position) - 1
    return batches.indices.contains(previous) ? Self.position(previous) : nil
  }

  package func activity(
    in range: ClosedRange<Timestamp>,
    parts: Int
  ) async throws -> [PastActivity?] {
    let ranges = try await coverage()
    let length = range.upperBound.seconds(since: range.lowerBound)
    return (0..<parts).map { part in
      let start = range.lowerBound.shifted(by: Int64(length * 1e9) / Int64(parts) * Int64(part))
      let end = range.lowerBound.shifted(by: Int64(length * 1e9) / Int64(parts) * Int64(part + 1))
      guard ranges.contains(where: { $0.overlaps(start...end) }) else { return nil }
      let inside = batches.filter { (start...end).contains($0.wallTime) }
      var activity = PastActivity()
      for batch in inside {
        activity.bytes += UInt64(batch.deltas.count) * 1000
        for case .ended(let connection) in batch.deltas where connection.end?.reason == .refused {
          activity.failures += 1
        }
      }
      return activity
    }
  }
}
