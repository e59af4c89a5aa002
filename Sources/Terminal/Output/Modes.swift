import CNcurses

/// Modes beyond those in the terminal's description, which have to be turned off again.
struct Modes {
  private let hasPaste: Bool
  let hasMouse: Bool
  /// Whether the terminal has said that it can put off showing a frame until it is complete.
  var hasSynchronizedOutput = false
  /// Whether the terminal sends what the mouse does, rather than selecting text by itself.
  var isMouseCaptured = false

  /// Once ncurses runs.
  init(_ type: TerminalType) {
    hasPaste = type.isXTermLike
    hasMouse = type.isXTermLike || TerminfoString("kmous") != nil
  }

  /// Marks pasted text, so that it is not taken for keys.
  private static let paste = "2004"
  /// Presses, releases and the wheel; and places beyond column 223.
  private static let mouse = ["1000", "1006"]
  private static let synchronizedOutput = "2026"

  /// Turns on what is used.
  var enter: [UInt8] {
    Modes.set((hasPaste ? [Modes.paste] : []) + (usesMouse ? Modes.mouse : []), to: true)
  }

  /// Turns off what may be on, from whatever place in the output.
  var leave: [UInt8] {
    Modes.set(
      (hasSynchronizedOutput ? [Modes.synchronizedOutput] : [])
        + (hasMouse ? Modes.mouse.reversed() : []) + (hasPaste ? [Modes.paste] : []),
      to: false
    )
  }

  /// Changes whom the mouse is for.
  var mouse: [UInt8] {
    hasMouse ? Modes.set(usesMouse ? Modes.mouse : Modes.mouse.reversed(), to: usesMouse) : []
  }

  /// In front of a frame and, turned off, behind it.
  func frame(isBegin: Bool) -> [UInt8] {
    hasSynchronizedOutput ? Modes.set([Modes.synchronizedOutput], to: isBegin) : []
  }

  private var usesMouse: Bool { hasMouse && isMouseCaptured }

  private static func set(_ modes: [String], to isOn: Bool) -> [UInt8] {
    modes.flatMap { Array("\u{1B}[?\($0)\(isOn ? "h" : "l")".utf8) }
  }
}
