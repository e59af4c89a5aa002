/// A grid of styled cells: what the screen is to show, as a value.
///
/// Text is made safe on its way in: control and format characters, and whatever else has no place
/// in a cell, become `?`. So nothing that is drawn here can reach the terminal as an escape sequence.
package struct Canvas: Hashable, Sendable {
  package let width: Int
  package let height: Int
  // Cells, widths, drawing: the owner of this file fills it in.
}
