package import Connections

/// The sources of this host's connections, and the choice between them.
package enum LiveSource {
  package struct Configuration: Sendable {
    /// How many connections and listeners are followed at once, at least; `nil`: by the memory of
    /// the host. The kernel takes about 400 bytes for each.
    package var capacity: Int?
    /// Room in bytes for the final records of connections that end between two batches; rounded up
    /// to a power of two. More ends than fit are counted in `SourceHealth.losses` (`ends`).
    package var endedBytes = 4 << 20
    /// How many ends are kept until a batch is asked for, about 400 bytes each. More are counted in
    /// `SourceHealth.losses` (`surplus`). Two for each connection of a second, where 30,000 come and go in one.
    package var endedLimit = 1 << 17
    /// Whether UDP is followed too.
    package var followsUDP = true
    /// How many flows of UDP are distinguished at once, at least. Datagrams beyond are added to the
    /// figures of their socket. The kernel takes about 220 bytes for each.
    package var flowCapacity = 60_000
    /// How many seconds without a datagram end a flow of UDP.
    package var flowTimeout = 60.0
    /// Seconds between scans for owners that nothing else asks for. A scan costs a hundredth of a CPU
    /// at most, however short this is.
    package var scanPeriod = 10.0

    package init() {}
  }

  /// Which one is wanted. The raw value is what `--source` takes.
  package enum Choice: String, CaseIterable, Sendable {
    /// The best one that works here, tried in turn.
    case auto
    /// BPF programs (`Tracer`).
    case bpf
    /// Lists of sock_diag (`InetDiagSource`).
    case diag
  }

  /// Begins to follow the connections of this host.
  ///
  /// - Throws: why the source that was asked for does not work; of `auto`, why none does.
  package static func open(
    _ choice: Choice = .auto,
    _ configuration: Configuration = Configuration()
  ) throws(SourceError) -> any ConnectionSource {
    switch choice {
    case .bpf: return try Tracer(configuration)
    case .diag: return try InetDiagSource(configuration)
    case .auto:
      let refusal: SourceError
      do throws(SourceError) {
        return try Tracer(configuration)
      } catch {
        refusal = error
      }
      do throws(SourceError) {
        return try InetDiagSource(configuration, notice: DiagRights.notice(for: refusal))
      } catch {
        throw refusal
      }
    }
  }
}
