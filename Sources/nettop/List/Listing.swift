import Connections
import Monitor
import Resolver
import Screens
import StyledText
import Terminal
import Tracer

/// Prints samples to standard output.
struct Listing {
  private let source: any ConnectionSource
  private let tracing: TracingOptions
  private let style: ListingStyle
  /// How many samples are printed.
  private let samples: Int
  /// Between two samples.
  private let interval: Duration
  /// Whether the first sample is the first look, which has no rates.
  private let printsAtOnce: Bool
  private let listing: ListingOptions
  private let setup: Setup
  /// Whether it is of a recording, which nobody waits for.
  private let isPast: Bool

  /// How long the first look lasts at most: long enough for rates that mean something, short enough
  /// to wait for.
  private static let longestLook = Duration.seconds(1)

  /// The listing that the options of a command ask for; begins to follow connections, or opens a
  /// recording.
  init(
    _ style: ListingStyle,
    _ setup: Setup,
    tracing: TracingOptions,
    pace: PaceOptions,
    listing: ListingOptions,
    recording: RecordingOptions,
    past: PastOptions,
    limits: TracerOptions
  ) async throws {
    let step = pace.delay ?? 0
    let recorded = try await recording.source(from: past, step: step, showsLast: true)
    isPast = recorded != nil
    source = try recorded ?? limits.open()
    self.tracing = tracing
    self.style = style
    self.listing = listing
    let isEndless =
      style.isOfNetTracer || listing.enter == true || listing.endsWithInput || past.begin != nil
    samples = pace.samples ?? (isEndless ? .max : 1)
    let isNetTracers = style.isOfNetTracer && pace.delay == nil
    interval =
      isPast ? .zero : isNetTracers ? ListingStyle.intervalOfNetTracer : setup.interval
    printsAtOnce = listing.printsAtOnce || style.isOfNetTracer
    self.setup = setup
  }

  func run() async throws {
    let chosen = try tracing.filter(isPast: isPast, of: source)
    let showsLoopback = listing.loopback ?? !style.isOfNetTracer
    let filter = showsLoopback ? chosen : chosen.and(try Filter(parsing: Self.noLoopback))
    let view = View(.connections, sort: setup.settings.order(of: .connections), filter: filter)
    var model = Model(view, retention: .sample, keepsHistory: showsTrends)
    var output = StandardOutput()
    var report = LossReport()
    var left = samples
    let look = printsAtOnce ? interval : min(interval, Self.longestLook)
    let batches = source.batches(every: look)
    let ending = Ending()
    let takesLines = listing.enter ?? (style.isOfNetTracer || listing.endsWithInput)
    if !isPast, takesLines || listing.endsWithInput {
      try InputLines.read {
        if takesLines { batches.setInterval(.zero) }
      } onEnd: { [endsWithInput = listing.endsWithInput] in
        if endsWithInput { ending.come(batches) }
      }
    }
    var isFirst = true
    var base: Batch?
    var hint = chosen.hint
    var heap = Heap()
    style.header(to: &output)
    for try await batch in batches {
      defer { isFirst = false }
      if isFirst {
        report.begin(batch.health)
        Failure.tell(batch.health)
      }
      // A line that came meanwhile has its sample in this one.
      if !isFirst || printsAtOnce { batches.setInterval(interval) }
      let isLast = ending.isDue
      if isLast { batches.setInterval(.zero) }
      if isFirst, !printsAtOnce {
        model.applyBase(batch)
        base = batch
        continue
      }
      model.apply(batch)
      heap.settle(after: batch.deltas.count)
      try await write(model, to: &output)
      let losses = report.update(batch.health)
      for loss in losses {
        if let line = style.line(loss, at: batch.wallTime) { output.write(line + "\n") }
      }
      left -= 1
      let reader = try output.flush()
      for loss in losses where !loss.isNoticed { Failure(loss.text).tell() }
      if model.count == 0, let text = hint {
        Failure(text).tell()
        hint = nil
      }
      if reader == .closed || left <= 0 || isLast { break }
      if case .table = style { output.write("\n") }
    }
    await source.stop()
    // A recording of one sample: its rates are not known.
    if isPast, left == samples, let base {
      model = Model(view, retention: .sample)
      model.apply(base)
      try await write(model, to: &output)
      _ = try output.flush()
    }
  }

  /// What a listing without loopback connections shows: as NetTracer has it, by the local address.
  private static let noLoopback = "not (laddr=127.0.0.0/8 or laddr=::1)"

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
    case .csv(let fields): CSVFormatter(fields: fields).write(model, to: &output)
    case .logfmt(let fields): LogfmtFormatter(fields: fields).write(model, to: &output)
    case .netTracer(let formatter): formatter.write(model, to: &output)
    case .netTracerTable(let table): table.write(model, to: &output)
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
