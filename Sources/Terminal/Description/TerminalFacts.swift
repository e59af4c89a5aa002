import CNcurses
import Glibc

/// What can be found out about a terminal without taking it over.
package struct TerminalFacts: Sendable {
  /// TERM; `nil` if it is not set.
  package let name: String?
  /// Its colours; `nil` if the host has no description of such a terminal.
  package let colorDepth: ColorDepth?
  /// In cells; 0 if it does not report it.
  package let width: Int
  package let height: Int

  /// The terminal that a file descriptor is; `nil` if it is none.
  package init?(_ descriptor: Int32) {
    guard isatty(descriptor) == 1 else { return nil }
    name = environment("TERM").flatMap { $0.isEmpty ? nil : $0 }
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
    width = isKnown ? Int(size.ws_col) : 0
    height = isKnown ? Int(size.ws_row) : 0
    var failure: Int32 = 0
    let description = TerminalType(name: name ?? "").description
    if name != nil,
      withRightsOfCaller({ setupterm(description, descriptor, &failure) }) == OK
    {
      colorDepth = ColorDepth.described
      if let terminal = set_curterm(nil) { del_curterm(terminal) }
    } else {
      colorDepth = nil
    }
  }
}
