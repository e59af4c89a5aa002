import Tracer

extension LiveSource.Choice {
  /// What `nettop` takes to use it.
  var arguments: [String] { ["--source", rawValue] }

  /// Opens it.
  func open(
    _ configuration: SourceConfiguration = SourceConfiguration()
  ) throws -> any MeasuredSource {
    switch self {
    case .diag: try InetDiagSource(configuration)
    case .auto, .bpf: try Tracer(configuration)
    }
  }
}
