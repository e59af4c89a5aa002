import ArgumentParser
import Tracer

/// What can be measured by itself.
enum Part: String, CaseIterable, ExpressibleByArgument {
  case throughput, datagram, pass, diag, screen, start, connections, interface, idle

  func measure(_ report: inout Report, quick: Bool) async throws {
    switch self {
    case .throughput: try await Throughput(quick: quick).measure(&report)
    case .datagram: try await DatagramCost(quick: quick).measure(&report)
    case .pass: try await PassCost(.bpf, quick: quick).measure(&report)
    case .diag: try await PassCost(.diag, quick: quick).measure(&report)
    case .screen: try ScreenCost(quick: quick).measure(&report)
    case .start: try StartTime(quick: quick).measure(&report)
    case .connections: try await ConnectionRate(quick: quick).measure(&report)
    case .interface: try InterfaceTime(quick: quick).measure(&report)
    case .idle: try IdleCost(quick: quick).measure(&report)
    }
  }
}
