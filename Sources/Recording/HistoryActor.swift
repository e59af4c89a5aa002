package import Connections

/// An actor that has a history in a database.
package protocol HistoryActor: Actor, BatchHistory {
  /// What reads the database.
  var history: RecordedHistory { get set }
}

extension HistoryActor {
  package func coverage() throws -> [ClosedRange<Timestamp>] { try history.coverage() }

  package func position(at moment: Timestamp) throws -> Int64? {
    try history.position(at: moment)
  }

  package func batches(upTo position: Int64) throws -> [PastBatch] {
    // The writer can have merged or dropped what was read.
    history.forget()
    return try history.batches(upTo: position)
  }

  package func batch(after position: Int64) throws -> PastBatch? {
    try history.batch(after: position)
  }

  package func position(before position: Int64) throws -> Int64? {
    try history.position(before: position)
  }

  package func activity(
    in range: ClosedRange<Timestamp>,
    parts: Int
  ) throws -> [PastActivity?] {
    try history.activity(in: range, parts: parts)
  }
}
