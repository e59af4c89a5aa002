package import Connections

/// Which groups are folded: all or none, except for some.
package struct Folding: Hashable, Sendable {
  package private(set) var foldsAll = true
  private var exceptions: Set<Connection.ID> = []

  package init() {}

  /// Whether there is no group that is not folded.
  var hasAllFolded: Bool { foldsAll && exceptions.isEmpty }

  package func isFolded(_ id: Connection.ID) -> Bool {
    foldsAll != exceptions.contains(id)
  }

  package mutating func fold(_ id: Connection.ID, _ folds: Bool) {
    if folds == foldsAll {
      exceptions.remove(id)
    } else {
      exceptions.insert(id)
    }
  }

  package mutating func foldAll(_ folds: Bool) {
    foldsAll = folds
    exceptions = []
  }
}
