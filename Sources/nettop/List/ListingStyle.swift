import ArgumentParser
import Connections
import Glibc
import Monitor

/// How a sample is printed.
enum ListingStyle {
  case table
  /// With these fields.
  case json([Field])
  case csv([Field])
  case logfmt([Field])
  /// NetTracer's table for machines.
  case netTracer(NetTracerFormatter)
  /// NetTracer's table for people.
  case netTracerTable(NetTracerTable)

  /// Between two samples of NetTracer, if nothing else is asked for.
  static let intervalOfNetTracer = Duration.seconds(30)

  /// - Throws: where a listing has no such format or column, or the format takes no such option.
  init(_ output: FormatOptions, _ table: TableOptions, _ listing: ListingOptions) throws {
    let format = try output.format(among: FormatOptions.Format.ofList)
    if format != .nettracer, let first = listing.ofNetTracer.first {
      throw ValidationError("\(first) is only for --format nettracer.")
    }
    switch format {
    case .json: self = .json(try table.fields() ?? Field.allCases)
    case .csv: self = .csv(try table.fields() ?? Field.allCases)
    case .logfmt: self = .logfmt(try table.fields() ?? Field.allCases)
    case .nettracer:
      if let first = table.given.first {
        throw ValidationError("--format nettracer does not take \(first): its columns are fixed.")
      }
      self = Self.netTracer(table, listing)
    case .table, .text, nil:
      _ = try table.columns()
      self = .table
    }
  }

  /// NetTracer has the table for people where standard input is a terminal; here, standard output
  /// has to be one too, so that a pipe always has the machine's.
  private static func netTracer(_ table: TableOptions, _ listing: ListingOptions) -> ListingStyle {
    if !listing.isHexadecimal, isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 {
      var size = winsize()
      let isKnown = ioctl(STDIN_FILENO, UInt(TIOCGWINSZ), &size) == 0
      return .netTracerTable(NetTracerTable(width: isKnown ? Int(size.ws_col) : nil))
    }
    return .netTracer(
      NetTracerFormatter(hasDeltas: table.deltas, addsHeaders: listing.addsHeaders)
    )
  }

  var isOfNetTracer: Bool {
    switch self {
    case .netTracer, .netTracerTable: true
    case .table, .json, .csv, .logfmt: false
    }
  }

  /// Writes what comes once, before all samples.
  func header(to output: inout StandardOutput) {
    switch self {
    case .csv(let fields): output.write(CSVFormatter(fields: fields).header)
    case .netTracerTable(let table): output.write(table.header)
    case .table, .json, .logfmt, .netTracer: break
    }
  }

  /// The line that reports a loss, without its end; `nil` where the output has rows of one shape
  /// only.
  func line(_ loss: LossReport.Entry, at time: Timestamp) -> String? {
    switch self {
    case .json: loss.json(at: time)
    case .logfmt: loss.logfmt(at: time)
    case .table, .csv, .netTracer, .netTracerTable: nil
    }
  }
}
