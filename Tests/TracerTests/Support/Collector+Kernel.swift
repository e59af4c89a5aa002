import Connections

@testable import Tracer

extension Collector {
  /// Waits until the view has the same TCP sockets as `ss` lists in both namespaces of a lab.
  func waitForKernel(_ lab: Lab) async throws -> View {
    // Whatever waited when the last connection ended is in one of these.
    try await batches(3)
    let deadline = ContinuousClock.now + .seconds(Patience.seconds(120))
    while true {
      let kernel = try [lab.left, lab.right].reduce(into: [:]) { sockets, namespace in
        sockets.merge(try SocketStatistics.all(in: namespace)) { first, _ in first }
      }
      try await batches(1)
      let live = view.live(in: lab.left) + view.live(in: lab.right)
      let cookies = Set(live.map(\.id.cookie))
      if live.count == kernel.count, cookies == Set(kernel.keys) { return view }
      guard ContinuousClock.now < deadline else {
        let surplus = live.filter { kernel[$0.id.cookie] == nil }
        let missing = kernel.values.filter { !cookies.contains($0.cookie) }
        throw HarnessError(
          """
          the view does not become equal to what ss tells: \(live.count) live, \
          \(kernel.count) in the kernel, only in the view such as \(surplus.prefix(2)), \
          only in the kernel such as \(missing.prefix(2).map(\.words))
          """
        )
      }
    }
  }
}
