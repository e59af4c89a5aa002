/// Windows of a load with something and without it, in turn: what drifts meanwhile is the same in both.
struct WindowPairs {
  let count: Int
  /// Seconds that a window lasts.
  let window: Double

  /// Ratios of speeds, each of a pair of neighbouring windows: with it, and without.
  struct Ratios {
    /// Work per CPU second of the load: what others do on the machine counts for little.
    let cpu: TrimmedMean
    /// Work per second.
    let wall: TrimmedMean
    /// Work per CPU second of the load without it.
    let without: Double
  }

  /// Measures pairs. Which window comes first changes, so that a drift cancels.
  ///
  /// - Parameters:
  ///   - turn: switches it on or off.
  ///   - with: what happens in a window with it, that lasts as long as it is told.
  ///   - after: follows each window and belongs to none.
  func measure(
    _ load: Load,
    turn: (Bool) async throws -> Void,
    with: (Double) async throws -> Void = { Clocks.sleep($0) },
    after: () async throws -> Void = {}
  ) async throws -> Ratios {
    var cpu: [Double] = []
    var wall: [Double] = []
    var without: [Double] = []
    var pair = 0
    // Pairs of which somebody else had the CPU are made up for, but not for ever.
    while cpu.count < count, pair < 3 * count {
      pair += 1
      var speeds: [Bool: (cpu: Double, wall: Double)] = [:]
      for isWith in pair.isMultiple(of: 2) ? [true, false] : [false, true] {
        try await turn(isWith)
        Clocks.sleep(0.002)
        let begin = load.mark()
        if isWith { try await with(window) } else { Clocks.sleep(window) }
        let end = load.mark()
        if end.cpu - begin.cpu > window / 2 { speeds[isWith] = speed(from: begin, to: end) }
        try await after()
      }
      guard let on = speeds[true], let off = speeds[false] else { continue }
      cpu.append(on.cpu / off.cpu)
      wall.append(on.wall / off.wall)
      without.append(off.cpu)
    }
    if cpu.count < count / 2 { throw BenchError("others leave this machine no time to measure") }
    return Ratios(cpu: TrimmedMean(cpu), wall: TrimmedMean(wall), without: without.median)
  }

  private func speed(from begin: Load.Mark, to end: Load.Mark) -> (cpu: Double, wall: Double) {
    let work = Double(end.done - begin.done)
    return (work / (end.cpu - begin.cpu), work / (end.wall - begin.wall))
  }
}
