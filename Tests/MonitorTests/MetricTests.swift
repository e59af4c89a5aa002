import Connections
import Samples
import Testing

@testable import Monitor

/// The catalogue of metrics in columns, filters, JSON and groups.
struct MetricTests {
  private func path(_ change: (inout PathFigures) -> Void) -> PathFigures {
    var path = PathFigures()
    change(&path)
    return path
  }

  /// Two samples, a second apart, of connections with these figures.
  private func model(_ figures: [(PathFigures, PathFigures)], _ kind: ViewKind = .connections)
    -> Model
  {
    var model = Model(View(kind))
    model.apply(
      Sample.batch(
        0,
        figures.enumerated().map { index, figures in
          var connection = Sample.connection(UInt64(index + 1))
          connection.counters.path = figures.0
          return .upsert(connection)
        }
      )
    )
    model.apply(
      Sample.batch(
        1,
        figures.enumerated().map { index, figures in
          var counters = Sample.connection(UInt64(index + 1)).counters
          counters.path = figures.1
          return .counters(Sample.id(UInt64(index + 1)), .established, counters)
        }
      )
    )
    return model
  }

  private func cell(_ title: String, _ model: Model, _ position: Int = 0) throws -> String {
    let column = try #require(Column.named(title))
    let row = try #require(model.row(at: position))
    return column.cell(row, CellContext(model.table)).text()
  }

  @Test func eachHasAColumnAFilterAndAMemberOfJSON() throws {
    #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
    #expect(Field.ofMetrics.map(\.name) == Metric.all.map(\.name))
    for metric in Metric.all {
      let column = Column.all.first { $0.field?.name == metric.name }
      #expect(column?.title == metric.title && column?.isSortable == true, "\(metric.name)")
      #expect(Field.named(metric.name) != nil)
      #expect(FilterField.named(metric.title)?.name == metric.name)
      #expect(!metric.kernelField.isEmpty)
    }
    // Those that code names are in the catalogue.
    for field in [Field.bytesSent, .retransmitsSYN, .drops, .rtt, .unsent, .congestionWindow] {
      #expect(field != .time)
    }
  }

  @Test func columnsAndFiltersShowTheFigures() throws {
    let figures = path { path in
      path.deliveryRate = 1_234_567
      path.receiverRTT = 1500
      path.slowStartThreshold = 7
      path.mss = 1448
      path.congestionControl = "bbr"
    }
    var model = model([(PathFigures(), PathFigures()), (figures, figures)])
    model.view.sort = SortOrder(Column.ID(rawValue: "delivery_rate"))
    #expect(model.row(at: 0)?.id == Sample.id(2))
    #expect(try cell("DELIV/s", model) == "1.18M")
    #expect(try cell("RCVRTT", model) == "1.5ms")
    #expect(try cell("SSTHR", model) == "7")
    #expect(try cell("CC", model) == "bbr")
    for title in ["DELIV/s", "PACE/s", "LOST", "CC", "MSS", "LIMIT", "BUSY%"] {
      #expect(try cell(title, model, 1) == "-", "\(title)")
    }
    for (filter, count) in [
      ("delivery_rate>1MB/s", 1), ("cc=bbr", 1), ("mss=1448 ssthresh<8", 1), ("rcv_rtt_us>2ms", 0),
      ("congestion_control!=bbr", 1), ("lost=0", 0),
    ] {
      model.view.filter = try Filter(parsing: filter)
      #expect(model.count == count, "\(filter)")
    }
  }

  @Test func theLimitIsWhatTookMostOfTheInterval() throws {
    func times(_ busy: UInt64, _ window: UInt64, _ buffer: UInt64) -> PathFigures {
      path { path in
        path.busyTime = busy * 1000
        path.receiveWindowLimited = window * 1000
        path.sendBufferLimited = buffer * 1000
      }
    }
    let zero = times(5000, 1000, 100)
    var model = model([
      (zero, zero), (zero, times(5200, 1000, 100)), (zero, times(5900, 1000, 100)),
      (zero, times(6004, 1830, 200)), (zero, times(5700, 1050, 700)),
    ])
    model.view.sort = SortOrder(.limit)
    let cells = try (0..<5).map { try cell("LIMIT", model, $0) }
    #expect(cells == ["path 90.0%", "rwnd 83.0%", "sndbuf 60.0%", "app 80.0%", "-"])
    #expect(try cell("BUSY%", model, 1) == "100%")
    #expect(try cell("RWND%", model, 1) == "83.0%")
    #expect(try cell("SNDB%", model, 1) == "10.0%")
    for (filter, count) in [
      ("limit=rwnd", 1), ("limit=app", 1), ("rwnd_limited_share>80%", 1), ("busy_share>50%", 3),
    ] {
      model.view.filter = try Filter(parsing: filter)
      #expect(model.count == count, "\(filter)")
    }
    // Nothing moved since: there was nothing to send.
    model.view.filter = Filter()
    model.apply(Sample.batch(2))
    #expect(try (0..<5).map { try cell("LIMIT", model, $0) } == Array(repeating: "-", count: 5))
    #expect(try cell("BUSY%", model) == "0%")
  }

  @Test func groupsAddAmountsAndShowTheWorst() throws {
    let one = path { path in
      path.deliveryRate = 1000
      path.lost = 2
      path.reordering = 3
      path.busyTime = 0
      path.receiveWindowLimited = 0
      path.sendBufferLimited = 0
    }
    let other = path { path in
      path.deliveryRate = 24
      path.lost = 1
      path.reordering = 9
      path.busyTime = 500_000
      path.receiveWindowLimited = 500_000
      path.sendBufferLimited = 0
    }
    let before = path { path in
      path.busyTime = 0
      path.receiveWindowLimited = 0
      path.sendBufferLimited = 0
    }
    let model = model([(before, one), (before, other)], .namespaces)
    let group = try #require(model.row(at: 0))
    #expect(group.isGroup)
    #expect(group.counters.path.deliveryRate == 1024)
    #expect(group.counters.path.lost == 3)
    #expect(group.counters.path.reordering == 9)
    #expect(try cell("RWND%", model) == "50.0%")
  }
}
