import Monitor
import StyledText
import Terminal

/// The views by their numbers, the present one marked, in as many words as fit.
struct TabBar {
  private let current: ViewKind

  init(_ current: ViewKind) {
    self.current = current
  }

  /// The place of the tab of a view.
  struct Tab: Hashable, Sendable {
    let kind: ViewKind
    let columns: Range<Int>
  }

  /// The places of the tabs in a bar that begins at `x`; none unless all of the tabs are shown.
  static func places(of parts: [StyledLine.Part], x: Int) -> [Tab] {
    guard parts.count == ViewKind.allCases.count else { return [] }
    var x = x
    return zip(ViewKind.allCases, parts).map { kind, part in
      defer { x += part.text.count }
      return Tab(kind: kind, columns: x..<x + part.text.count)
    }
  }

  /// The words of the tabs, the most of them first.
  enum Wording: CaseIterable {
    /// `1 Connections`.
    case names
    /// `1 Conns`: all of them fit a screen of 80 columns.
    case shortNames
    /// The name of the present view, and numbers.
    case numbers
    /// The present view alone.
    case current
  }

  func parts(_ wording: Wording) -> [StyledLine.Part] {
    let kinds = wording == .current ? [current] : ViewKind.allCases
    return kinds.map { kind in
      let name =
        switch wording {
        case .names, .current: " \(kind.title)"
        case .shortNames: " \(kind.shortTitle)"
        case .numbers: kind == current ? " \(kind.title)" : ""
        }
      let word = "\(kind.number)\(name)"
      return kind == current ? .init("[\(word)]", .barStrong) : .init(" \(word) ", .bar)
    }
  }
}

extension ViewKind {
  /// The text of its tab.
  var title: String {
    switch self {
    case .connections: "Connections"
    case .processes: "Processes"
    case .hosts: "Hosts"
    case .namespaces: "Namespaces"
    case .listeners: "Listeners"
    case .closed: "Closed"
    }
  }

  /// Its text on a narrow screen.
  var shortTitle: String {
    switch self {
    case .connections: "Conns"
    case .processes: "Procs"
    case .namespaces: "NetNS"
    case .listeners: "Listen"
    case .hosts, .closed: title
    }
  }
}
