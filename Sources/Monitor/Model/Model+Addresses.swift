package import Connections

extension Model {
  /// The addresses of the rows at these positions, remote ones first, each row's in its turn.
  package func addresses(at positions: Range<Int>) -> [Address] {
    let rows = positions.lazy.compactMap { row(at: $0) }
    return (rows.map(\.remote.address) + rows.map(\.local.address)).filter { !$0.isUnspecified }
  }
}
