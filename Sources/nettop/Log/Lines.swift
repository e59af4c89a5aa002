import Monitor

/// Lines that wait, in their order. To take some out costs nothing for those behind them.
struct Lines {
  private var lines: [LogLine] = []
  /// How many of them, from the first, are taken out.
  private var head = 0
  /// In UTF-8, with an end of each, without headings.
  private(set) var bytes = 0

  /// Room for this many lines is kept where none waits.
  private static let leastRoom = 4096

  private static let none = LogLine("")

  var count: Int { lines.count - head }
  var isEmpty: Bool { count == 0 }
  /// How many lines there is room for without more memory.
  var room: Int { lines.capacity }

  mutating func append(_ line: LogLine) {
    lines.append(line)
    bytes += line.text.utf8.count + 1
  }

  /// Takes out this many lines, or as many as there are.
  mutating func takeFirst(_ number: Int) -> [LogLine] {
    let taken = Array(lines[head...].prefix(number))
    // A line that is written is not kept.
    for index in head..<head + taken.count { lines[index] = Self.none }
    head += taken.count
    for line in taken { bytes -= line.text.utf8.count + 1 }
    if isEmpty {
      lines.removeAll(keepingCapacity: lines.capacity <= Self.leastRoom)
      head = 0
    } else if head > Self.leastRoom, head * 2 > lines.count {
      lines.removeFirst(head)
      head = 0
    }
    return taken
  }
}
