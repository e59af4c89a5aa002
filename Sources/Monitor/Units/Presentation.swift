/// In which units and words figures are shown. JSON and sorting go by the figures themselves.
package struct Presentation: Hashable, Sendable {
  package enum Unit: String, CaseIterable, Sendable {
    case bytes, bits
  }

  /// Of bytes; bits go in steps of 1000, as networks count them.
  package enum Prefix: String, CaseIterable, Sendable {
    /// Steps of 1024: `Ki`, `Mi`, shown as `K`, `M`.
    case binary
    /// Steps of 1000: `kB`, `MB`.
    case si
  }

  package enum Figures: String, CaseIterable, Sendable {
    /// Counters since the connection was opened.
    case totals
    /// What the last interval added.
    case deltas
  }

  package enum Hosts: String, CaseIterable, Sendable {
    case addresses
    /// Names by the system's resolver: it queries name servers, which learn the addresses.
    case names
  }

  package enum Ports: String, CaseIterable, Sendable {
    case numbers
    /// Names by the host's list of services (`/etc/services`).
    case services
  }

  /// Of amounts and rates of data.
  package var unit = Unit.bytes
  package var prefix = Prefix.binary
  package var figures = Figures.totals
  package var hosts = Hosts.addresses
  package var ports = Ports.numbers
  /// Characters that graphs are drawn with.
  package var graphs = GraphGlyphs.braille

  /// Whether lines and graphs are drawn in ASCII only.
  package var isASCII: Bool { graphs == .ascii }

  package init() {}
}
