/// What a key does to the table.
package enum Command: Hashable, Sendable, CaseIterable {
  case up, down, pageUp, pageDown, first, last
  case sortLeft, sortRight, invert
  case sortByRate, sortByBytes, sortByRTT, sortByRetransmits
  case filterByText, filterByPID, filterByNamespace, clear
  case pause, help, redraw, suspend, quit
}

/// What a key asks of the program around the interface.
package enum Action: Hashable, Sendable {
  case quit
  /// Stop the process, as Ctrl-Z does elsewhere.
  case suspend
  /// Draw the whole screen again, whatever the terminal shows.
  case redraw
}
