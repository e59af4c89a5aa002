import Monitor

/// What a key does. The name of a case, its words separated by hyphens, is its name in the
/// settings.
package enum Command: String, Hashable, Sendable, CaseIterable {
  // Moving.
  case up, down, pageUp, pageDown, first, last
  // Views.
  case nextView, previousView
  case connections, processes, hosts, namespaces, listeners, closed
  case open, back, otherEnd
  case tree, unfold, fold, foldAll
  // Order.
  case left, right, sortLeft, sortRight, invert
  case sortByRate, sortByBytes, sortByRTT, sortByRetransmits
  case freeze, follow, pause
  // The past.
  case nextSample, previousSample, jumpForward, jumpBack
  case play, slower, faster, firstSample, lastSample
  // Filters and tags.
  case filter, filterByPID, filterByNamespace, filterByUser, filterByRow, highlight, alerts, search
  case tag, untagAll
  // Groups.
  case resetTotals
  // What is shown of a row.
  case columns, bits, prefix, deltas, names, services, delay, theme
  case zoomIn, zoomOut
  case toggleColumn, narrow, widen, moveUp, moveDown, automatic
  // Acting.
  case signal, closeConnection, copy, copyPackets
  // The program.
  case mouse, save, help, redraw, suspend, quit
}
