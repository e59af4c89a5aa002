import Tracer

/// What a cell is made of besides its row.
package struct CellContext: Sendable {
  package let table: ConnectionTable
  package let presentation: Presentation
  package let names: Names

  package init(
    _ table: ConnectionTable,
    _ presentation: Presentation = Presentation(),
    _ names: Names = Names()
  ) {
    self.table = table
    self.presentation = presentation
    self.names = names
  }
}
