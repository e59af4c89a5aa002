import StyledText

extension Theme {
  /// For dark terminals: light text on the terminal's own background, blue where the user is.
  package static let dark = Theme([
    .strong: Look(.hex(0xEEEEEE), .bold),
    .faint: Look(.hex(0x8A8A8A)),
    .bar: Look(.hex(0xD0D0D0), on: .hex(0x303030)),
    .barStrong: Look(.hex(0xFFFFFF), on: .hex(0x303030), .bold),
    .title: Look(.hex(0x87AFD7), .bold),
    .sorted: Look(.hex(0xFFFFFF), on: .hex(0x005F87), .bold),
    .selected: Look(.hex(0xFFFFFF), on: .hex(0x005FAF)),
    .followed: Look(.hex(0x000000), on: .hex(0xD7AF5F)),
    .tagged: Look(.hex(0xFFD75F), .bold),
    .highlighted: Look(.hex(0xFF87D7), .bold),
    .new: Look(.hex(0x87D787)),
    .failed: Look(.hex(0xD78787)),
    .low: Look(.hex(0x5FAFAF)),
    .medium: Look(.hex(0xFFD75F)),
    .high: Look(.hex(0xFF5F5F), .bold),
    .alarm: Look(.hex(0xFFFFFF), on: .hex(0xAF0000), .bold),
    .paused: Look(.hex(0x000000), on: .hex(0xFFAF00), .bold),
    .key: Look(.hex(0x87D7FF), .bold),
    .keyMeaning: Look(.hex(0xB2B2B2)),
    .suggestion: Look(.hex(0x000000), on: .hex(0x87AFD7)),
    .error: Look(.hex(0xFF5F5F), [.bold, .underline]),
    .received: Look(.hex(0x5FD787)),
    .sent: Look(.hex(0x5FAFFF)),
    .delay: Look(.hex(0xD7AF5F)),
    .retransmitted: Look(.hex(0xFF5F5F)),
  ])
}
