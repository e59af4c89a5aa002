import Testing

/// A connection to port 8080 that sent bytes to the right, and lost some of its segments.
struct LossyTransfer: Sendable {
  let collector: Collector
  let client: Traffic
  let server: Traffic
  let listener: Traffic.Socket
  let near: Traffic.Socket
  let far: Traffic.Socket
}

extension Lab {
  /// Moves bytes to the right with losses, under the eyes of a tracer.
  ///
  /// - Parameters:
  ///   - bytes: how many.
  ///   - answer: how many come back afterwards.
  ///   - host: where the client connects to.
  ///   - address: where the server listens; `nil` for the same.
  ///   - control: the congestion control; `nil` for the kernel's choice. The test is cancelled if the
  ///     kernel lacks it.
  func lossyTransfer(
    _ bytes: Int,
    answer: Int = 0,
    to host: String,
    listeningAt address: String? = nil,
    control: String? = nil
  ) async throws -> LossyTransfer {
    if let control {
      do {
        try left.set("net.ipv4.tcp_congestion_control", control)
      } catch is HarnessError {
        try Test.cancel("this kernel has no \(control)")
      }
    }
    try loseSegments()
    let collector = try await trace()
    let client = try process(in: left)
    let server = try process(in: right)
    let listener = try await server.listen(address ?? host, 8080)
    let near = try await client.connect(host, 8080)
    let far = try await server.accept(listener)
    async let written = client.ask("write \(near.fd) \(bytes)")
    try await server.ask("read \(far.fd) \(bytes)")
    _ = try await written
    if answer > 0 {
      try await server.ask("write \(far.fd) \(answer)")
      try await client.ask("read \(near.fd) \(answer)")
    }
    return LossyTransfer(
      collector: collector,
      client: client,
      server: server,
      listener: listener,
      near: near,
      far: far
    )
  }
}
