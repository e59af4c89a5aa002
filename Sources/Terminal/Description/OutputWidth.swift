import CNcurses
import Glibc

/// How wide the lines of standard output may be.
package enum OutputWidth {
  /// No terminal is as wide.
  private static let limit = Int(Int16.max)

  /// In columns: `COLUMNS` where the environment has it, as `watch` sets it for a pipe, else the
  /// width of the terminal; `nil` if neither is known, and nothing needs to be cut.
  package static var columns: Int? {
    if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 {
      return min(columns, limit)
    }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return min(Int(size.ws_col), limit)
  }
}
