import StyledText

extension Theme {
  /// For light terminals: dark text on the terminal's own background, blue where the user is.
  package static let light = Theme([
    .strong: Look(.hex(0x000000), .bold),
    .faint: Look(.hex(0x6C6C6C)),
    .bar: Look(.hex(0x1C1C1C), on: .hex(0xD0D0D0)),
    .barStrong: Look(.hex(0x000000), on: .hex(0xD0D0D0), .bold),
    .title: Look(.hex(0x005F87), .bold),
    .sorted: Look(.hex(0xFFFFFF), on: .hex(0x005F87), .bold),
    .selected: Look(.hex(0x000000), on: .hex(0xAFD7FF)),
    .followed: Look(.hex(0x000000), on: .hex(0xFFD787)),
    .tagged: Look(.hex(0x875F00), .bold),
    .highlighted: Look(.hex(0xAF0087), .bold),
    .new: Look(.hex(0x008700)),
    .failed: Look(.hex(0x875F5F)),
    .low: Look(.hex(0x005F5F)),
    .medium: Look(.hex(0xAF5F00)),
    .high: Look(.hex(0xD70000), .bold),
    .alarm: Look(.hex(0xFFFFFF), on: .hex(0xAF0000), .bold),
    .paused: Look(.hex(0x000000), on: .hex(0xFFAF00), .bold),
    .key: Look(.hex(0x005FAF), .bold),
    .keyMeaning: Look(.hex(0x4E4E4E)),
    .suggestion: Look(.hex(0x000000), on: .hex(0xAFD7FF)),
    .error: Look(.hex(0xD70000), [.bold, .underline]),
    .received: Look(.hex(0x008700)),
    .sent: Look(.hex(0x005FD7)),
    .delay: Look(.hex(0x875F00)),
    .retransmitted: Look(.hex(0xD70000)),
  ])
}
