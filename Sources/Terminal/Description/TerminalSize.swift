import CNcurses
import Glibc

/// How much of a terminal a screen uses, in cells.
struct TerminalSize {
  /// Nil if neither the terminal nor the environment reports it.
  let width: Int?
  let height: Int?
  /// Whether ncurses, which counts in 16 bits, would refuse the terminal for its size.
  let isRefused: Bool

  /// What lies beyond stays blank. ncurses counts to 32,767 and takes about 100 bytes for each cell;
  /// a display of 7680 by 4320 pixels has no more cells than this, with letters of 4 by 6.
  static let limit = (width: 2048, height: 1024)

  /// As the terminal reports it, else as `COLUMNS` and `LINES` have it.
  init(of descriptor: Int32) {
    var size = winsize()
    let isReported =
      ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0 && size.ws_col > 0
    func cells(_ reported: UInt16, _ variable: String) -> Int? {
      let cells = isReported ? Int(reported) : environment(variable).flatMap { Int($0) }
      return cells.flatMap { $0 > 0 ? $0 : nil }
    }
    let (columns, rows) = (cells(size.ws_col, "COLUMNS"), cells(size.ws_row, "LINES"))
    width = columns.map { min($0, TerminalSize.limit.width) }
    height = rows.map { min($0, TerminalSize.limit.height) }
    isRefused = max(columns ?? 0, rows ?? 0) > Int(Int16.max)
  }
}
