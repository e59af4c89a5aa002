import Connections
import Samples

@testable import Monitor

/// Batches of chance as a source makes them, with a keyframe now and then.
enum RandomRecording {
  static func batches(
    _ seed: UInt64,
    count: Int,
    deltas: Int = 12,
    keyframes every: Int = 7
  ) -> [Batch] {
    var random = RandomBatches(seed)
    var model = Model(retention: .sample)
    return (1...count).map { number in
      let batch = random.next(deltas: deltas)
      model.apply(batch)
      let isKeyframe = number % every == 1
      // As a source does: all that is open, as the deltas of the batch left it.
      let table = model.table
      let whole = (0..<table.bound).compactMap { slot -> Delta? in
        guard let row = table[slot], row.end == nil else { return nil }
        return .upsert(table.connection(of: row))
      }
      let ended = batch.deltas.filter { if case .ended = $0 { true } else { false } }
      return Batch(
        sequence: UInt64(number),
        isKeyframe: isKeyframe,
        boot: "boot",
        time: batch.time,
        wallOffset: number > count / 2 ? 5_000_000_000 : 0,
        deltas: isKeyframe ? whole + ended : batch.deltas,
        namespaces: batch.namespaces,
        health: SourceHealth(tracked: number, losses: [Loss(.ends, UInt64(number / 5))])
      )
    }
  }
}
