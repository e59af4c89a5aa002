import ArgumentParser
import Tracer

/// What can be measured by itself.
enum Part: String, CaseIterable, ExpressibleByArgument {
  case throughput, datagram, pass, screen, start, connections, interface, idle, recording, formats

  /// Whether it measures this source.
  func measures(_ source: LiveSource.Choice) -> Bool {
    switch self {
    // Without BPF nobody counts datagrams, and the interface, recordings and formats know no source.
    case .datagram, .interface, .recording, .formats: source == .bpf
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
    }
  }
}
