package import Connections

/// The sources of this host's connections, and the choice between them.
package enum LiveSource {
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
    _ configuration: SourceConfiguration = SourceConfiguration()
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
      // Files are easier to have than what this source would leave out, but not than rights.
      if refusal.problem == Kernel.shortage, DiagRights.mayLoad { throw refusal }
      do throws(SourceError) {
        return try InetDiagSource(configuration, notice: DiagRights.notice(for: refusal))
      } catch {
        throw refusal
      }
    }
  }
}
