import Glibc
import StyledText

/// Why there is no screen to draw on. Its description is a sentence for the user that says what
/// to do.
package enum ScreenError: Error, Hashable, CustomStringConvertible {
  /// There is nothing to read keys from.
  case inputIsNoTerminal
  /// There is nothing to draw on.
  case outputIsNoTerminal
  /// TERM is unset or empty.
  case unnamedTerminal
  /// The host has no description of the terminal that TERM names.
  case unknownTerminal(String)
  /// The terminal that TERM names cannot move its cursor.
  case incapableTerminal(String)
  /// The system refused a thread to read keys on.
  case noThread
  /// The system refused what a screen needs; the number is an `errno`.
  case refused(Int32)

  /// The reason and the remedy, in plain characters.
  package var description: String {
    switch self {
    case .inputIsNoTerminal:
      "Standard input is not a terminal, so there are no keys to read. "
        + "Start nettop from a terminal, or use `nettop list`."
    case .outputIsNoTerminal:
      "Standard output is not a terminal, so there is no screen to draw on. "
        + "Start nettop in a terminal, or use `nettop list`."
    case .unnamedTerminal:
      "TERM is not set, so the type of the terminal is unknown. "
        + "Try `TERM=xterm-256color nettop`."
    case .unknownTerminal(let type):
      "This host does not know the terminal \"\(SafeText.sanitized(type))\" that TERM names. "
        + "Try `TERM=xterm-256color nettop`. "
        + "If it is known without sudo, sudo dropped TERMINFO: try `sudo --preserve-env=TERMINFO`."
    case .incapableTerminal(let type):
      "The terminal \"\(SafeText.sanitized(type))\" that TERM names cannot show a full screen. "
        + "Try `TERM=xterm-256color nettop`, or use `nettop list`."
    case .noThread:
      "The terminal could not be set up: the task limit is reached. End some processes, or "
        + "raise `ulimit -u` or pids.max of the control group."
    case .refused(let code):
      "The terminal could not be set up: \(String(cString: strerror(code)))."
    }
  }
}
