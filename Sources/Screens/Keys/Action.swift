package import Connections
package import Monitor

/// What a key requests from the program around the interface.
package enum Action: Hashable, Sendable {
  case quit
  /// Suspend the process, as Ctrl-Z does elsewhere.
  case suspend
  /// Redraw the whole screen, whatever the terminal shows.
  case redraw
  /// Capture the mouse, or release it to the terminal.
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
  /// Show what this filter matches: done by the screen itself.
  case filter(Filter)
  /// Make this the time between samples, in seconds.
  case setDelay(Double)
  /// Go about in the past, or leave it.
  case past(PastAction)
}
