import Connections
import FoundationEssentials

/// What a source says of itself and seldom changes, as JSON; the figures of each batch are columns.
struct HealthJSON: Codable, Hashable {
  struct Notice: Codable, Hashable {
    let reason: String
    let remedy: String
    let firstRemedy: String
  }

  struct Loss: Codable, Hashable {
    let kind: String
    let count: UInt64
  }

  struct Limitation: Codable, Hashable {
    let what: String
    let remedy: String
    /// `figures`, `chosen`, or the cause of missing connections behind `connections:`.
    let extent: String
  }

  let source: String
  let notice: Notice?
  let gaps: [String]
  let losses: [Loss]
  let limitations: [Limitation]
  let capacity: Int
  let flowCapacity: Int
  let acceptsSeen: Bool
  let udp: String

  init(_ health: SourceHealth) {
    source = health.source
    notice = health.notice.map {
      Notice(reason: $0.reason, remedy: $0.remedy, firstRemedy: $0.firstRemedy)
    }
    gaps = health.gaps.map(\.rawValue).sorted()
    losses = health.losses.map { Loss(kind: $0.kind.rawValue, count: $0.count) }
    limitations = health.limitations.map {
      Limitation(what: $0.what, remedy: $0.remedy, extent: $0.extent.word)
    }
    capacity = health.capacity
    flowCapacity = health.flowCapacity
    acceptsSeen = health.acceptsSeen
    udp = "\(health.udp)"
  }

  /// What a text says; `nil` if it is not of this form.
  init?(_ text: String) {
    guard let value = try? JSONDecoder().decode(HealthJSON.self, from: Data(text.utf8)) else {
      return nil
    }
    self = value
  }

  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// A health without the figures of its batch. Words that this version does not know are left out.
  var health: SourceHealth {
    SourceHealth(
      source: source,
      notice: notice.map {
        SourceHealth.Notice(
          reason: $0.reason,
          remedy: $0.remedy,
          firstRemedy: $0.firstRemedy
        )
      },
      gaps: Set(gaps.compactMap(SourceHealth.Gap.init(rawValue:))),
      capacity: capacity,
      losses: losses.compactMap { loss in
        Connections.Loss.Kind(rawValue: loss.kind).map { Connections.Loss($0, loss.count) }
      },
      limitations: limitations.map {
        Connections.Limitation(what: $0.what, remedy: $0.remedy, extent: .init(word: $0.extent))
      },
      acceptsSeen: acceptsSeen,
      udp: SourceHealth.UDPMethod(word: udp),
      flowCapacity: flowCapacity
    )
  }
}

extension Limitation.Extent {
  private static let connections = "connections:"

  fileprivate var word: String {
    switch self {
    case .figures: "figures"
    case .connections(let cause): Self.connections + cause
    case .chosen: "chosen"
    }
  }

  fileprivate init(word: String) {
    if word.hasPrefix(Self.connections) {
      self = .connections(String(word.dropFirst(Self.connections.count)))
    } else {
      self = word == "chosen" ? .chosen : .figures
    }
  }
}

extension SourceHealth.UDPMethod {
  fileprivate init(word: String) {
    self = Self.allCases.first { "\($0)" == word } ?? .off
  }
}
