/// The lines of `/proc/PID/status`, such as `Uid:\t0\t0\t0\t0`.
struct StatusLines {
  private let lines: [Substring]

  init(_ text: String) {
    lines = text.split(separator: "\n")
  }

  init(_ bytes: [UInt8]) {
    self.init(String(decoding: bytes, as: UTF8.self))
  }

  /// The words behind a name; none where there is no such line.
  func words(_ name: String) -> [Substring] {
    let line = lines.first { $0.hasPrefix("\(name):") }
    return line?.split(whereSeparator: { $0 == "\t" || $0 == " " }).dropFirst().map(\.self) ?? []
  }
}
