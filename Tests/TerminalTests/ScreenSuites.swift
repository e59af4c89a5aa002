import Glibc
import StyledText
import Terminal
import TestSupport
import Testing

/// The tests that own a terminal: one at a time, as a process has one screen.
@Suite(.live, .serialized, .timeLimit(.minutes(2))) struct ScreenSuites {}

/// A screen on a terminal that writes as `XTerm` says.
func openScreen(
  on device: Int32,
  type: String = "xterm-256color",
  locale: String = "C.UTF-8",
  noColor: String = "",
  colorTerm: String = ""
) throws -> Screen {
  setenv("LC_ALL", locale, 1)
  setenv("NO_COLOR", noColor, 1)
  setenv("COLORTERM", colorTerm, 1)
  return try Screen(input: device, output: device, type: type)
}

/// A screen on the terminal with this path, in a process of its own, that has drawn some text.
func openScreen(at path: String, showing text: String) throws -> Screen {
  let screen = try openScreen(on: open(path, O_RDWR | O_NOCTTY))
  screen.draw(canvas(text))
  return screen
}

/// A canvas for an ordinary terminal with some text in it.
func canvas(_ text: String, width: Int = 80, height: Int = 24, style: Style = .plain) -> Canvas {
  var canvas = Canvas(width: width, height: height)
  canvas.write(text, x: 2, y: 1, style: style)
  return canvas
}
