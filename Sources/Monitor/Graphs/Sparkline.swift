/// A graph in one line of text.
package enum Sparkline {
  /// So many of the last values as there are columns, the newest at the right edge: `▁▁▃█▅`.
  ///
  /// - Parameters:
  ///   - values: the oldest first; nothing is drawn of what is not known.
  ///   - top: the value of full height; `nil` for the greatest one.
  ///   - isASCII: whether to draw with ` .:-=+*#`.
  package static func text(
    _ values: [Double?],
    columns: Int,
    top: Double? = nil,
    isASCII: Bool = false
  ) -> String {
    let shown = Array(values.suffix(max(0, columns)))
    let top = top ?? shown.reduce(0.0) { max($0, $1 ?? 0) }
    let glyphs = isASCII ? GraphGlyphs.ascii : .block
    return glyphs.lines(shown, top: top, columns: columns, rows: 1).first ?? ""
  }
}
