import Connections

/// The times of a batch, which rates are made from.
struct SampleTimes {
  let time: Timestamp
  /// The time of the batch before; `nil` if there is none.
  let previousTime: Timestamp?
  /// Seconds since the first batch.
  let elapsed: Double
  /// As `ConnectionTable.halfLife`.
  let halfLife: Double
}

extension ConnectionTable {
  /// Of the last batch.
  var times: SampleTimes {
    SampleTimes(time: time, previousTime: previousTime, elapsed: elapsed, halfLife: halfLife)
  }
}

extension Row {
  /// Begins with what its connection has carried since its opening, or since it was followed.
  mutating func begin(at openedAt: Timestamp, _ times: SampleTimes) {
    let growth = Growth(from: Counters(), to: counters)
    // It had sent nothing at the batch before, if it was not open then.
    let start = times.previousTime.map { min($0, openedAt) } ?? openedAt
    seconds = max(0, times.time.seconds(since: start))
    set(growth, SendShares(from: nil, to: counters.path, over: seconds))
    addToAverage(growth, times)
  }

  /// Adds what the batch brought to the recent average.
  mutating func addToAverage(_ growth: Growth, _ times: SampleTimes) {
    // Averages are of the time since the first batch.
    guard times.halfLife > 0, times.previousTime != nil else { return }
    average.add(
      received: growth.bytesReceived,
      sent: growth.bytesSent,
      over: seconds,
      at: times.elapsed,
      halfLife: times.halfLife
    )
  }
}
