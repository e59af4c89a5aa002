import Terminal

/// The last line while nothing is being typed: the keys.
enum LastLineView {
  /// Draws the line of keys; as many as fit, and how to leave always.
  static func drawKeys(into canvas: inout Canvas, y: Int, message: String?) {
    if let message {
      canvas.write(message, x: 0, y: y, width: canvas.width, style: .alarm)
      return
    }
    let shown = Binding.all.compactMap { binding in binding.short.map { (name(of: binding), $0) } }
    guard let last = shown.last else { return }
    func columns(_ item: (String, String)) -> Int { item.0.count + item.1.count + 3 }
    var room = canvas.width - columns(last) + 2
    let fitting = shown.dropLast().prefix { item in
      room -= columns(item)
      return room >= 0
    }
    var x = 0
    for (key, word) in fitting + [last] {
      x = canvas.write(key, x: x, y: y, style: .key)
      x = canvas.write(" \(word)  ", x: x, y: y, style: .keyMeaning)
    }
  }

  /// The first key of a binding.
  private static func name(of binding: Binding) -> String {
    String(binding.label.prefix { $0 != " " })
  }
}
