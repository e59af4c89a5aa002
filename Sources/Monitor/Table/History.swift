/// What changed connections did in the last samples.
///
/// All share one ring of records, each of which knows the one before of its connection. So a
/// change costs one write, an idle connection nothing, and under a load for which the ring is too
/// small the history of all reaches back less far, alike for all.
package struct History: Sendable {
  /// A sample in which a connection changed, 24 bytes.
  private struct Record {
    /// What stands for an unknown round-trip time.
    static let noRTT = UInt32.max

    var sample: UInt32
    /// Not a number where it is unknown.
    var received: Float
    var sent: Float
    var rtt: UInt32
    var retransmits: UInt32
    /// How many records ago the one before was written; 0 where there is none any more.
    var step: UInt32

    init(_ point: HistoryPoint, sample: UInt64, step: UInt32) {
      self.sample = UInt32(clamping: sample)
      received = point.received.map { Float($0) } ?? .nan
      sent = point.sent.map { Float($0) } ?? .nan
      rtt = point.rtt ?? Record.noRTT
      retransmits = UInt32(clamping: point.retransmits)
      self.step = step
    }

    var point: HistoryPoint {
      HistoryPoint(
        received: received.isNaN ? nil : Double(received),
        sent: sent.isNaN ? nil : Double(sent),
        rtt: rtt == Record.noRTT ? nil : rtt,
        retransmits: UInt64(retransmits)
      )
    }
  }

  /// How many samples a series has at most: five minutes of one a second.
  package static let longest = 300
  /// Records in 8 MB: five minutes of 1,000 changes a second.
  package static let defaultCapacity = 8_000_000 / MemoryLayout<Record>.stride

  /// How many records there is room for, at least 1.
  package let capacity: Int
  /// The record of number `n` is at `n % capacity`; numbers begin with 1.
  private var records: [Record] = []
  /// The number of the last record.
  private var number: UInt64 = 0
  /// The number of each slot's last record, 0 for none.
  private var heads: [UInt64] = []

  package init(capacity: Int = History.defaultCapacity) {
    self.capacity = min(max(1, capacity), 1 << 30)
  }

  /// The memory of all records and slots.
  package var bytes: Int {
    records.capacity * MemoryLayout<Record>.stride + heads.capacity * MemoryLayout<UInt64>.stride
  }

  /// The first sample that is completely known: earlier records have been overwritten.
  package var reach: UInt64 {
    guard number > UInt64(records.count) else { return 0 }
    let oldest = number - UInt64(records.count) + 1
    return UInt64(records[index(of: oldest)].sample) + 1
  }

  /// Writes down what the connection in a slot did in a sample, which comes after all samples
  /// written before or is the last of them. What it did in the same sample is replaced.
  package mutating func record(slot: Int32, sample: UInt64, _ point: HistoryPoint) {
    guard slot >= 0 else { return }
    while heads.count <= Int(slot) { heads.append(0) }
    let head = heads[Int(slot)]
    if isKept(head), records[index(of: head)].sample == UInt32(clamping: sample) {
      let step = records[index(of: head)].step
      records[index(of: head)] = Record(point, sample: sample, step: step)
      return
    }
    number += 1
    let isReachable = head > 0 && number - head < UInt64(capacity)
    let record = Record(point, sample: sample, step: isReachable ? UInt32(number - head) : 0)
    heads[Int(slot)] = number
    if records.count < capacity {
      // Room doubles, but never beyond the bound.
      if records.count == records.capacity {
        records.reserveCapacity(min(capacity, max(64, records.count * 2)))
      }
      records.append(record)
    } else {
      records[index(of: number)] = record
    }
  }

  /// What the connection in a slot did in the last samples up to one.
  ///
  /// - Parameters:
  ///   - first: the sample in which the connection came to the slot; what others did there before
  ///     is left out.
  ///   - count: how many samples, at most `longest` of them.
  ///   - sample: the last one.
  ///   - idleRTT: the round-trip time of a connection that has not changed for as long as this
  ///     history reaches back.
  package func series(
    slot: Int32,
    since first: UInt64,
    last count: Int = History.longest,
    upTo sample: UInt64,
    idleRTT: UInt32? = nil
  ) -> HistorySeries {
    let count = min(max(0, count), History.longest)
    var points = [HistoryPoint?](repeating: nil, count: count)
    /// Where a sample stands; negative before the series.
    func place(_ number: UInt64) -> Int { count - 1 - Int(clamping: sample - number) }
    for position in known(since: first, of: count, upTo: sample) { points[position] = .idle }

    var rtt: UInt32?
    var isIdle = true
    var cursor = slot >= 0 && Int(slot) < heads.count ? heads[Int(slot)] : 0
    while isKept(cursor) {
      let record = records[index(of: cursor)]
      let recorded = UInt64(record.sample)
      if recorded < first { break }
      if recorded <= sample {
        isIdle = false
        let position = place(recorded)
        if position < 0 {
          rtt = record.point.rtt
          break
        }
        points[position] = record.point
      }
      if record.step == 0 { break }
      cursor -= UInt64(record.step)
    }
    if isIdle { rtt = idleRTT }
    // The round-trip time stays what it was until a change reports another.
    for position in points.indices {
      guard let point = points[position] else { continue }
      if point == .idle { points[position]?.rtt = rtt } else { rtt = point.rtt ?? rtt }
    }
    return HistorySeries(points: points, last: sample)
  }

  /// What several connections did together.
  ///
  /// - Parameter members: the slot of each, and the sample in which it came there.
  package func sum(
    of members: [(slot: Int32, since: UInt64)],
    last count: Int = History.longest,
    upTo sample: UInt64
  ) -> HistorySeries {
    let count = min(max(0, count), History.longest)
    var total = HistorySeries(points: Array(repeating: nil, count: count), last: sample)
    for member in members {
      let series = series(slot: member.slot, since: member.since, last: count, upTo: sample)
      for (position, point) in series.points.enumerated() {
        guard var point else { continue }
        point.rtt = nil
        if total.points[position] == nil {
          total.points[position] = point
        } else {
          total.points[position]? += point
        }
      }
    }
    return total
  }
}

extension History {
  private func index(of number: UInt64) -> Int { Int((number - 1) % UInt64(capacity)) }

  /// Whether the record of this number has not been written over.
  private func isKept(_ number: UInt64) -> Bool {
    number > 0 && self.number - number < UInt64(records.count)
  }

  /// Which places of a series are of samples that this history knows all about.
  private func known(since first: UInt64, of count: Int, upTo sample: UInt64) -> Range<Int> {
    let start = max(first, reach, 1)
    guard start <= sample else { return count..<count }
    return count - Int(min(UInt64(count), sample - start + 1))..<count
  }
}
