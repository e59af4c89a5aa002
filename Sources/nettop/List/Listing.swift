import Connections
import Monitor
import Resolver
import Screens
import StyledText
import Terminal
import Tracer

/// Prints samples to standard output.
struct Listing {
  /// How a sample is printed.
  enum Style {
    case table
    /// With these fields.
    case json([Field])

    /// - Throws: where a listing has no such format, or no such column.
    init(_ output: FormatOptions, _ table: TableOptions) throws {
      if try output.format(among: FormatOptions.Format.ofList) == .json {
        self = .json(try table.fields() ?? Field.allCases)
      } else {
        _ = try table.columns()
        self = .table
      }
    }
  }

  private let source: any ConnectionSource
  private let tracing: TracingOptions
  private let style: Style
  /// How many samples are printed.
  private let samples: Int
  /// Whether the first sample is the first look, which has no rates.
  private let printsAtOnce: Bool
  private let setup: Setup

  /// How long the first look lasts at most: long enough for rates that mean something, short enough
  /// to wait for.
  private static let longestLook = Duration.seconds(1)

  /// The listing that the options of a command ask for; begins to follow connections.
  init(
    _ style: Style,
    _ setup: Setup,
    tracing: TracingOptions,
    pace: PaceOptions,
    listing: ListingOptions,
    limits: TracerOptions
  ) throws(SourceError) {
    source = try limits.open()
    self.tracing = tracing
    self.style = style
    samples = pace.samples ?? 1
    printsAtOnce = listing.printsAtOnce
    self.setup = setup
  }

  func run() async throws {
    let filter = try tracing.filter()
    let view = View(.connections, sort: setup.settings.order(of: .connections), filter: filter)
    var model = Model(view, retention: .sample, keepsHistory: showsTrends)
    var output = StandardOutput()
    var report = LossReport()
    var left = samples
    let look = printsAtOnce ? setup.interval : min(setup.interval, Self.longestLook)
    let batches = source.batches(every: look)
    var isFirst = true
    var hint = filter.hint
    var heap = Heap()
    for try await batch in batches {
      defer { isFirst = false }
      if isFirst {
        report.begin(batch.health)
        Failure.tell(batch.health)
      }
      if isFirst, !printsAtOnce {
        model.applyBase(batch)
        continue
      }
      batches.setInterval(setup.interval)
      model.apply(batch)
      heap.settle(after: batch.deltas.count)
      try await write(model, to: &output)
      let losses = report.update(batch.health)
      if case .json = style {
        for loss in losses { output.write(loss.json(at: batch.wallTime) + "\n") }
      }
      left -= 1
      let reader = try output.flush()
      for loss in losses where !loss.isNoticed { Failure(loss.text).tell() }
      if model.count == 0, let text = hint {
        Failure(text).tell()
        hint = nil
      }
      if reader == .closed || left <= 0 { break }
      if case .table = style { output.write("\n") }
    }
    await source.stop()
  }

  private func write(_ model: Model, to output: inout StandardOutput) async throws {
    switch style {
    case .table:
      let formatter = TableFormatter(
        columns: setup.settings.columns[.connections],
        width: OutputWidth.columns,
        presentation: setup.settings.presentation,
        names: try await names(of: model)
      )
      formatter.write(model, to: &output)
    case .json(let fields): JSONFormatter(fields: fields).write(model, to: &output)
    }
  }

  /// Whether a graph is to be drawn, for which samples are kept.
  private var showsTrends: Bool {
    guard case .table = style else { return false }
    return setup.settings.columns[.connections]?.contains { $0.isTrend } ?? false
  }

  /// How long a sample waits for the names of its addresses.
  private static let patience = Duration.seconds(5)

  private func names(of model: Model) async throws -> Names {
    guard setup.settings.presentation.hosts == .names else { return setup.resolver.names }
    return try await setup.resolver.names(
      of: model.addresses(at: 0..<model.count),
      within: Self.patience
    )
  }
}
