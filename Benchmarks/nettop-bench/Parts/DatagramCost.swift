import Connections
import Tracer

/// What a datagram costs others by nettop, and a request and response of TCP, whose packets pass the
/// same programs: the load runs on while they come and go.
struct DatagramCost {
  private let throughput: Throughput

  init(quick: Bool) {
    throughput = Throughput(.bpf, quick: quick)
  }

  func measure(_ report: inout Report) async throws {
    let namespace = try Namespace()
    var viewer = Viewer(try Tracer())
    switch try await viewer.sample().health.udp {
    case .functions, .cgroup: break
    case .sockets, .off: throw BenchError("datagrams are not counted here")
    }
    let loads: [(LoadKind, String, Budget?)] = [
      (.datagrams, "a datagram, sent and received", .atMost(100e-9)),
      (.requests, "a request and response of TCP", nil),
    ]
    for (kind, name, budget) in loads {
      let load = try Load(kind, in: namespace)
      Clocks.sleep(0.5)
      let ratios = try await throughput.finePairs(load, &viewer)
      // A ratio of speeds, reported as the time added to one.
      let alone = 1 / ratios.without
      report.add(
        "\(name): added",
        alone / ratios.cpu.mean - alone,
        .microseconds,
        margin: alone * ratios.cpu.margin,
        budget: budget
      )
      report.add(
        "\(name): with against without",
        ratios.cpu.mean,
        .ratio,
        margin: ratios.cpu.margin
      )
      report.add("\(name): without nettop", alone, .microseconds)
      _ = try load.stop()
      try await viewer.sample()
    }
  }
}
