import Connections
import Samples

@testable import Monitor

/// Batches of chance as a source makes them, with a keyframe now and then.
enum RandomRecording {
  static func batches(
    _ seed: UInt64,
    count: Int,
    deltas: Int = 12,
    keyframes every: Int = 7,
    _ deltasOf: ([Delta]) -> [Delta] = { $0 }
  ) -> [Batch] {
    var random = RandomBatches(seed)
    var model = Model(retention: .sample)
    return (1...count).map { number in
      let chance = random.next(deltas: deltas)
      let batch = Batch(
        time: chance.time,
        deltas: deltasOf(chance.deltas),
        namespaces: chance.namespaces,
        health: chance.health
      )
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

  /// The same of connections that open, change and end as a kernel has them: each once, none of them a
  /// listener.
  static func lives(_ seed: UInt64, count: Int, keyframes every: Int) -> [Batch] {
    var open: Set<Connection.ID> = []
    var ended: Set<Connection.ID> = []
    return batches(seed, count: count, keyframes: every) { deltas in
      deltas.compactMap { delta in
        switch delta {
        case .upsert(let connection):
          guard !ended.contains(connection.id) else { return nil }
          open.insert(connection.id)
          return .upsert(alive(connection))
        case .counters(let id, let state, let counters):
          guard open.contains(id) else { return nil }
          return .counters(id, state.isListening ? .established : state, counters)
        case .annotated(let id, _): return open.contains(id) ? delta : nil
        case .ended(let connection):
          guard ended.insert(connection.id).inserted else { return nil }
          open.remove(connection.id)
          return .ended(alive(connection))
        }
      }
    }
  }

  private static func alive(_ connection: Connection) -> Connection {
    var connection = connection
    if connection.state.isListening { connection.state = .established }
    if connection.remote.port == 0 {
      connection.remote = Endpoint(address: connection.remote.address, port: 9)
    }
    return connection
  }
}
