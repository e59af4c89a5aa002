import ArgumentParser
import Tracer

/// What can be measured by itself.
enum Part: String, CaseIterable, ExpressibleByArgument {
  case throughput, datagram, pass, screen, start, connections, interface, idle, recording, formats
  case million, loaded, peers

  /// Whether it measures this source.
  func measures(_ source: LiveSource.Choice) -> Bool {
    switch self {
    // Without BPF nobody counts datagrams, and the interface, recordings and formats know no source.
    case .datagram, .interface, .recording, .formats, .peers: source == .bpf
    default: true
    }
  }

  func measure(
    _ source: LiveSource.Choice,
    _ report: inout Report,
    quick: Bool
  ) async throws {
    switch self {
    case .throughput: try await Throughput(source, quick: quick).measure(&report)
    case .datagram: try await DatagramCost(quick: quick).measure(&report)
    case .pass: try await PassCost(source, quick: quick).measure(&report)
    case .screen: try ScreenCost(source, quick: quick).measure(&report)
    case .start: try StartTime(source, quick: quick).measure(&report)
    case .connections: try await ConnectionRate(source, quick: quick).measure(&report)
    case .interface: try InterfaceTime(quick: quick).measure(&report)
    case .idle: try IdleCost(source, quick: quick).measure(&report)
    case .recording: try await RecordingCost(quick: quick).measure(&report)
    case .formats: FormatCost(quick: quick).measure(&report)
    case .million:
      try await LargeHost(source, quick: quick).measure(&report)
      if source == .bpf { LargeTable(quick: quick).measure(&report) }
    case .loaded: try await LoadedHost(source, quick: quick).measure(&report)
    case .peers: try await Peers(quick: quick).measure(&report)
    }
  }
}
