import Terminal

/// The last line while nothing is being typed: the keys.
enum LastLineView {
  /// Draws the line of keys; as many as fit, and how to leave always.
  static func drawKeys(_ keys: KeyMap, into canvas: inout Canvas, y: Int) {
    let shown = Binding.all.compactMap { binding -> (String, String)? in
      guard let key = keys.keys(of: binding.command).first, let word = binding.short else {
        return nil
      }
      return (key.name, word)
    }
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
}
