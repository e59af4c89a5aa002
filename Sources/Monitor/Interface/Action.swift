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
  /// Show this theme: `auto`, a name, or the path of a theme file.
  case setTheme(String)
  /// Show what this filter lets through: done by the interface itself.
  case filter(Filter)
  /// Make this the time between samples, in seconds.
  case setDelay(Double)
}
