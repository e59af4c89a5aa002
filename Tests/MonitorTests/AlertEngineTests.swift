import Connections
import Samples
import Testing

@testable import Monitor

/// What batches make of the rules of alerts.
struct AlertEngineTests {
  /// A table, and an engine that looks at it after each batch.
  private struct Watcher {
    var model = Model(retention: .sample)
    var engine: AlertEngine

    init(_ rules: String..., limits: AlertEngine.Limits = .init()) throws {
      engine = AlertEngine(try rules.map { try AlertRule(parsing: $0) }, limits: limits)
    }

    mutating func events(
      _ seconds: Double,
      _ deltas: [Delta] = [],
      namespaces: [NetworkNamespace] = []
    ) -> [AlertEvent] {
      model.apply(Sample.batch(seconds, deltas, namespaces: namespaces))
      return engine.update(model.table, touched: model.touched)
    }

    /// The events as `raised 1 at 0.5`.
    mutating func apply(
      _ seconds: Double,
      _ deltas: [Delta] = [],
      namespaces: [NetworkNamespace] = []
    ) -> [String] {
      events(seconds, deltas, namespaces: namespaces).map { event in
        "\(event.kind) \(event.id.cookie) at \(event.time.seconds(since: Sample.time(0)))"
      }
    }
  }

  private func opened(
    _ cookie: UInt64,
    rtt: UInt32? = nil,
    process: String? = nil,
    remote: String = "192.0.2.1",
    at time: Double? = nil
  ) -> Delta {
    .upsert(
      Sample.connection(
        cookie,
        remote: Sample.endpoint(remote, 443),
        counters: Counters(rtt: rtt),
        owner: process.map { Sample.owner(Int32(cookie), $0) },
        openedAt: time
      )
    )
  }

  private func rtt(_ cookie: UInt64, _ rtt: UInt32) -> Delta {
    .counters(Sample.id(cookie), .established, Counters(rtt: rtt))
  }

  private func ended(
    _ cookie: UInt64,
    _ time: Double,
    _ reason: Connection.CloseReason = .fin,
    rtt: UInt32? = nil,
    process: String? = nil
  ) -> Delta {
    .ended(
      Sample.connection(
        cookie,
        state: .closed,
        counters: Counters(rtt: rtt),
        owner: process.map { Sample.owner(Int32(cookie), $0) },
        openedAt: time - 0.1,
        closed: (time, reason)
      )
    )
  }

  private let listener = Sample.connection(
    9,
    local: Sample.endpoint("0.0.0.0", 80),
    remote: Sample.endpoint("0.0.0.0", 0),
    direction: .unknown,
    state: .listen,
    owner: Sample.owner(20, "nginx")
  )

  @Test func isRaisedOnceAndClearedWhenNothingMatches() throws {
    var watcher = try Watcher("rtt>200ms")
    #expect(watcher.apply(0, [opened(1, rtt: 100_000), opened(2)]) == [])
    #expect(watcher.apply(1, [rtt(1, 300_000)]) == ["raised 1 at 1.0"])
    #expect(watcher.engine.isRaised(Sample.id(1)) && !watcher.engine.isRaised(Sample.id(2)))
    #expect(watcher.engine.liveCount == 1)
    #expect(watcher.apply(2, [rtt(1, 400_000)]) == [])
    #expect(watcher.apply(3) == [])
    #expect(watcher.apply(4, [rtt(1, 100_000)]) == ["cleared 1 at 4.0"])
    #expect(!watcher.engine.isRaised(Sample.id(1)) && watcher.engine.liveCount == 0)
    #expect(watcher.apply(5, [rtt(1, 300_000)]) == ["raised 1 at 5.0"])
  }

  @Test func whatMatchesAtTheStartIsRaised() throws {
    var watcher = try Watcher("rtt>200ms", "process=curl")
    let events = watcher.events(
      0,
      [opened(1, rtt: 300_000, process: "curl"), opened(2, process: "curl")]
    )
    #expect(events.map(\.rule) == ["rtt>200ms", "process=curl", "process=curl"])
    let first = try #require(events.first)
    #expect(first.text == "rtt>200ms curl 192.0.2.1:443")
    #expect(first.subject.pid == 1 && first.row?.id == Sample.id(1))
    #expect(first.wallTime == Sample.time(0))
    #expect(watcher.engine.liveCount == 3)
    #expect(watcher.apply(1, [rtt(1, 1)]) == ["cleared 1 at 1.0"])
    // The other rule still has an alert of it.
    #expect(watcher.engine.isRaised(Sample.id(1)))
  }

  /// Though no batch has the connection meanwhile.
  @Test func hasToMatchForAsLongAsTheRuleSays() throws {
    var watcher = try Watcher("rtt>200ms for 2s")
    #expect(watcher.apply(0, [opened(1, rtt: 100_000)]) == [])
    #expect(watcher.apply(1, [rtt(1, 300_000)]) == [])
    #expect(watcher.apply(2) == [])
    #expect(!watcher.engine.isRaised(Sample.id(1)))
    #expect(watcher.apply(3) == ["raised 1 at 3.0"])
    #expect(watcher.apply(4) == [])
  }

  @Test func aBreakBeginsTheTimeAgain() throws {
    var watcher = try Watcher("rtt>200ms for 2s")
    #expect(watcher.apply(0, [opened(1, rtt: 300_000)]) == [])
    #expect(watcher.apply(1, [rtt(1, 100_000)]) == [])
    #expect(watcher.apply(1.5, [rtt(1, 300_000)]) == [])
    #expect(watcher.apply(2) == [])
    #expect(watcher.apply(3) == [])
    #expect(watcher.apply(3.5) == ["raised 1 at 3.5"])
  }

  @Test func anEndIsLookedAtOnce() throws {
    var watcher = try Watcher("close_reason=refused")
    #expect(watcher.apply(0, [opened(3)]) == [])
    let events = watcher.apply(
      1,
      [ended(1, 0.5, .refused), ended(2, 0.6), ended(3, 0.4, .refused)]
    )
    #expect(events == ["raised 3 at 0.4", "raised 1 at 0.5"])
    // It is shown with its alert for as long as it is kept, and is not live.
    #expect(watcher.engine.isRaised(Sample.id(1)) && watcher.engine.liveCount == 0)
    #expect(watcher.apply(2) == [])
    #expect(!watcher.engine.isRaised(Sample.id(1)))
  }

  @Test func theEndOfAConnectionClearsItsAlert() throws {
    var watcher = try Watcher("process=curl")
    #expect(watcher.apply(0, [opened(1, process: "curl")]) == ["raised 1 at 0.0"])
    #expect(watcher.apply(1, [ended(1, 0.7, process: "curl")]) == ["cleared 1 at 0.7"])
    #expect(!watcher.engine.isRaised(Sample.id(1)) && watcher.engine.liveCount == 0)
    // One that came and went in a batch has an alert too.
    #expect(watcher.apply(2, [ended(2, 1.7, process: "curl")]) == ["raised 2 at 1.7"])
  }

  @Test func anEndMatchesForNoTimeByItself() throws {
    var watcher = try Watcher("rtt>200ms for 2s")
    #expect(watcher.apply(0, [opened(1, rtt: 300_000), opened(2, rtt: 300_000)]) == [])
    let ends = [
      ended(1, 1.9, rtt: 300_000), ended(2, 2.5, rtt: 300_000), ended(3, 4, rtt: 300_000),
    ]
    #expect(watcher.apply(5, ends) == ["raised 2 at 2.5"])
    #expect(watcher.apply(9) == [])
  }

  @Test func isSilentForTheSameProgramAndAddress() throws {
    var watcher = try Watcher("rtt>200ms holdoff 10s")
    let first = [
      opened(1, rtt: 300_000, process: "curl"), opened(2, rtt: 1, process: "curl"),
      opened(3, rtt: 1, process: "curl", remote: "192.0.2.2"), opened(4, rtt: 1, process: "wget"),
    ]
    #expect(watcher.apply(0, first) == ["raised 1 at 0.0"])
    let all = [rtt(2, 300_000), rtt(3, 300_000), rtt(4, 300_000)]
    #expect(watcher.apply(1, all) == ["raised 3 at 1.0", "raised 4 at 1.0"])
    #expect(watcher.apply(2, [ended(5, 1.5, rtt: 300_000, process: "curl")]) == [])
    #expect(watcher.apply(9) == [])
    // It still matches after that.
    #expect(watcher.apply(10) == ["raised 2 at 10.0"])
    #expect(watcher.apply(30) == [])
  }

  @Test func theTimeAfterAnAlertIsOver() throws {
    var watcher = try Watcher("rtt>200ms holdoff 10s")
    #expect(watcher.apply(0, [opened(1, rtt: 300_000)]) == ["raised 1 at 0.0"])
    #expect(watcher.apply(1, [rtt(1, 1)]) == ["cleared 1 at 1.0"])
    #expect(watcher.apply(2, [rtt(1, 300_000)]) == [])
    #expect(watcher.apply(3, [rtt(1, 1)]) == [])
    #expect(watcher.apply(10) == [])
    #expect(watcher.apply(11, [rtt(1, 300_000)]) == ["raised 1 at 11.0"])
  }

  @Test func countsWhatABatchHasTooMuchOf() throws {
    var limits = AlertEngine.Limits()
    limits.events = 2
    var watcher = try Watcher("curl", limits: limits)
    let all = (1...5).map { opened($0, process: "curl") }
    #expect(watcher.apply(0, all).count == 2)
    #expect(watcher.engine.suppressed == 3)
    #expect(watcher.engine.liveCount == 5)
    #expect((1...5).allSatisfy { watcher.engine.isRaised(Sample.id($0)) })
    // What was not reported is not cleared either.
    let ends = (1...5).map { ended($0, 0.5, process: "curl") }
    #expect(watcher.apply(1, ends).count == 2)
    #expect(watcher.engine.suppressed == 3 && watcher.engine.liveCount == 0)
  }

  @Test func holdsOffAsManyAsThereIsRoomFor() throws {
    var limits = AlertEngine.Limits()
    limits.holdOffs = 2
    var watcher = try Watcher("rtt>200ms holdoff 10s", limits: limits)
    let all = (1...3).map { opened($0, rtt: 300_000, remote: "192.0.2.\($0)") }
    #expect(watcher.apply(0, all).count == 2)
    #expect(watcher.engine.suppressed == 1)
    let later = (4...5).map { opened($0, rtt: 300_000, remote: "192.0.2.\($0)") }
    #expect(watcher.apply(10, later) == ["raised 4 at 10.0", "raised 5 at 10.0"])
    #expect(watcher.engine.suppressed == 1)
  }

  /// As the screen keeps the last ones only.
  @Test func countsEndsThatTheTableDoesNotKeep() throws {
    let retention = ClosedRetention(lingerSeconds: 5, lingerLimit: 2, limit: 1)
    var watcher = try Watcher("close_reason=refused")
    watcher.model = Model(retention: retention)
    _ = watcher.apply(0)
    let ends = (1...10).map { ended($0, 0.5, .refused) }
    let events = watcher.apply(1, ends)
    #expect(events.count == 3 && watcher.engine.unseenEnds == 7)
  }

  @Test func looksOnlyAtWhatChanged() throws {
    let count: UInt64 = 100_000
    var watcher = try Watcher("rtt>200ms for 3s")
    #expect(watcher.apply(0, (1...count).map { opened($0, rtt: 1) }) == [])
    #expect(watcher.engine.looks == Int(count))
    // Rows that the batch before changed are looked at once more: their rates are 0 then.
    _ = watcher.apply(1)
    #expect(watcher.engine.looks == 2 * Int(count))
    _ = watcher.apply(2, (1...10).map { rtt($0, 300_000) })
    #expect(watcher.engine.looks == 2 * Int(count) + 10)
    _ = watcher.apply(3)
    #expect(watcher.engine.looks == 2 * Int(count) + 20)
    _ = watcher.apply(4)
    #expect(watcher.apply(5).count == 10)
    #expect(watcher.engine.looks == 2 * Int(count) + 20)
  }

  @Test func ratesFallThoughNoBatchSaysSo() throws {
    var watcher = try Watcher("rate>1k")
    _ = watcher.apply(0, [opened(1)])
    let traffic = Delta.counters(Sample.id(1), .established, Counters(bytesSent: 5000))
    #expect(watcher.apply(1, [traffic]) == ["raised 1 at 1.0"])
    #expect(watcher.apply(2) == ["cleared 1 at 2.0"])
  }

  @Test func looksAtAllRowsForWhatDependsOnTime() throws {
    var watcher = try Watcher("age>10s")
    #expect(watcher.apply(1, [opened(1, at: 0), opened(2, at: 0.9)]) == [])
    #expect(watcher.apply(5) == [])
    #expect(watcher.apply(10.5) == ["raised 1 at 10.5"])
    #expect(watcher.apply(11) == ["raised 2 at 11.0"])
  }

  @Test func looksAtAllRowsForTagsAndNewNames() throws {
    var watcher = try Watcher("tagged", "netns=shop")
    #expect(watcher.apply(0, [opened(1)]) == [])
    _ = watcher.apply(1)
    watcher.model.tag([Sample.id(1)], true)
    #expect(watcher.apply(2) == ["raised 1 at 2.0"])
    watcher.model.untagAll()
    #expect(watcher.apply(3) == ["cleared 1 at 3.0"])
    let named = NetworkNamespace(inode: 4_026_531_840, name: "shop", nameSource: .ipNetns)
    #expect(watcher.apply(4, namespaces: [named]) == ["raised 1 at 4.0"])
  }

  @Test func looksAtListenersThatAreAskedFor() throws {
    var watcher = try Watcher("process=nginx", "listen process=nginx")
    let events = watcher.events(0, [.upsert(listener), opened(1, process: "nginx")])
    #expect(
      events.map(\.text) == [
        "process=nginx nginx 192.0.2.1:443", "listen process=nginx nginx 0.0.0.0:80",
      ]
    )
    // A listener leaves without an end.
    let closed = Sample.connection(
      9,
      remote: Sample.endpoint("0.0.0.0", 0),
      state: .closed,
      closed: (0.5, .unknown)
    )
    #expect(watcher.apply(1, [.ended(closed)]) == ["cleared 9 at 1.0"])
  }

  /// A slot that another connection takes has nothing of the one before.
  @Test func churnLeavesNothingBehind() throws {
    var watcher = try Watcher("process=curl for 1h holdoff 1h", "process=curl")
    for number in 0..<200 {
      let time = Double(number)
      let cookies = (UInt64(number) * 100)..<(UInt64(number + 1) * 100)
      let names = ["curl", "wget"]
      let ends = cookies.map { ended($0, time - 0.5, process: names[Int($0 % 2)]) }
      let next = cookies.map { opened(1_000_000 + $0, process: names[Int(($0 + 1) % 2)], at: time) }
      let last = cookies.map {
        ended(1_000_000 + $0 - 100, time - 0.5, process: names[Int(($0 + 1) % 2)])
      }
      _ = watcher.apply(time, ends + next + (number > 0 ? last : []))
      #expect(watcher.engine.liveCount == 50)
    }
    #expect(watcher.engine.suppressed == 0)
    #expect(watcher.engine.waiting < 3000)
  }

  @Test func anotherTableBeginsWithoutAWord() throws {
    var watcher = try Watcher("process=curl")
    #expect(watcher.apply(0, [opened(1, process: "curl")]) == ["raised 1 at 0.0"])
    _ = watcher.apply(1)
    watcher.model = Model(retention: .sample)
    #expect(watcher.apply(0, [opened(2, process: "curl")]) == ["raised 2 at 0.0"])
    #expect(!watcher.engine.isRaised(Sample.id(1)) && watcher.engine.liveCount == 1)
  }

  @Test func aFeedNeedsNoTableOfItsReader() throws {
    var feed = AlertFeed([try AlertRule(parsing: "close_reason=refused")])
    #expect(feed.apply(Sample.first).isEmpty)
    let events = feed.apply(Sample.second)
    #expect(events.map(\.text) == ["close_reason=refused curl 127.0.0.1:80"])
    #expect(events.first?.time == Sample.time(0.3))
    #expect(AlertFeed([]).engine.rules.isEmpty)
  }
}
