import Foundation
import StyledText
import Terminal
import Testing

/// Screens as they have to be: files of text in `Screens`.
///
/// With NETTOP_RECORD_SCREENS in the environment they are written instead, to be looked at.
enum ExpectedScreen {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Screens")

  /// Compares a canvas with the file of this name.
  static func check(
    _ canvas: Canvas,
    _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try check(canvas.lines.joined(separator: "\n") + "\n", name, sourceLocation: sourceLocation)
  }

  /// Compares what cells are meant as: a line of letters for each line of the screen, and below
  /// what each stands for.
  static func checkStyles(
    _ canvas: Canvas,
    _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var letters: [Style: Character] = [.plain: "."]
    var lines: [String] = []
    for y in 0..<canvas.height {
      lines.append(
        String(
          (0..<canvas.width).map { x in
            let style = canvas.style(x: x, y: y)
            if let letter = letters[style] { return letter }
            let letter = Character(Unicode.Scalar(UInt8(0x60 + letters.count)))
            letters[style] = letter
            return letter
          }
        )
      )
    }
    let legend = letters.sorted { $0.value < $1.value }.map { "\($0.value) \($0.key)" }
    let text = (lines + [""] + legend).joined(separator: "\n") + "\n"
    try check(text, name, sourceLocation: sourceLocation)
  }

  private static func check(_ text: String, _ name: String, sourceLocation: SourceLocation) throws {
    let file = folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["NETTOP_RECORD_SCREENS"] != nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    let isSame = text == expected
    #expect(isSame, "\(name) is\n\(text)and has to be\n\(expected)", sourceLocation: sourceLocation)
  }
}
