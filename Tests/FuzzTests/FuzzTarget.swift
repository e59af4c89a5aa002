/// What reads bytes that others made. A target ends the process where something is wrong.
enum FuzzTarget: String, CaseIterable, Codable, Sendable {
  /// The TOML of a settings file.
  case settings
  /// The text of a filter.
  case filters
  /// What a terminal sends.
  case terminal
  /// What the BPF programs hand over.
  case records
  /// What sock_diag answers.
  case netlink
  /// The format of a tracepoint, and what it reports.
  case tracepoints
  /// A recording.
  case recordings

  /// Reads some bytes.
  func run(_ bytes: [UInt8]) {
    switch self {
    case .settings: fuzzSettings(bytes)
    case .filters: FilterFuzz.shared.run(bytes)
    case .terminal: fuzzTerminal(bytes)
    case .records: fuzzRecords(bytes)
    case .netlink: fuzzNetlink(bytes)
    case .tracepoints: fuzzTracepoints(bytes)
    case .recordings: RecordingFuzz.shared.run(bytes)
    }
  }

  /// The longest input that is tried, in bytes.
  var limit: Int {
    switch self {
    case .settings, .terminal: 4096
    case .filters, .recordings: 512
    case .records, .netlink, .tracepoints: 2048
    }
  }
}
