import Connections

@testable import Tracer

extension Collector {
  /// Waits until the view has the same TCP sockets as `ss` lists in both namespaces of a lab.
  func waitForKernel(_ lab: Lab) async throws -> View {
    // Whatever waited when the last connection ended is in one of these.
    try await batches(3)
    for _ in 0..<Patience.seconds(120) {
      let kernel = Set(
        try [lab.left, lab.right].flatMap { try SocketStatistics.all(in: $0).keys }
      )
      try await batches(1)
      let live = (view.live(in: lab.left) + view.live(in: lab.right)).map(\.id.cookie)
      if live.count == kernel.count, Set(live) == kernel { return view }
    }
    throw HarnessError("the view does not become equal to what ss tells")
  }
}
