package import Tracer

/// What a key asks of the program around the interface.
package enum Action: Hashable, Sendable {
  case quit
  /// Stop the process, as Ctrl-Z does elsewhere.
  case suspend
  /// Draw the whole screen again, whatever the terminal shows.
  case redraw
  /// Take the mouse, or give it back to the terminal.
  case captureMouse(Bool)
  /// Put a text on the clipboard.
  case copy(String)
  /// Send a signal to processes.
  case signal(ProcessSignal, [Process.ID])
  /// Close connections and listeners.
  case close([Connection])
  /// Write the settings.
  case save
  /// Make this the time between samples, in seconds.
  case setDelay(Double)
}
