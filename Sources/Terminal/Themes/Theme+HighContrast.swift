import StyledText

extension Theme {
  /// Strong colours on black, whatever the terminal's own: a contrast of 7 to 1 and more.
  package static let highContrast = Theme(
    [
      .plain: Look(.hex(0xFFFFFF)),
      .strong: Look(.hex(0xFFFFFF), .bold),
      .faint: Look(.hex(0xB2B2B2)),
      .bar: Look(.hex(0x000000), on: .hex(0xFFFFFF)),
      .barStrong: Look(.hex(0x000000), on: .hex(0xFFFFFF), .bold),
      .title: Look(.hex(0xFFFFFF), [.bold, .underline]),
      .sorted: Look(.hex(0x000000), on: .hex(0xFFFFFF), .bold),
      .selected: Look(.hex(0x000000), on: .hex(0x00FFFF)),
      .followed: Look(.hex(0x000000), on: .hex(0xFFFF00)),
      .tagged: Look(.hex(0xFFFF00), .bold),
      .highlighted: Look(.hex(0xFF87FF), .bold),
      .new: Look(.hex(0x00FF00), .bold),
      .failed: Look(.hex(0xFFAF87)),
      .low: Look(.hex(0x87FFFF)),
      .medium: Look(.hex(0xFFFF00)),
      .high: Look(.hex(0xFF8787), [.bold, .underline]),
      .alarm: Look(.hex(0xFFFFFF), on: .hex(0x870000), .bold),
      .paused: Look(.hex(0x000000), on: .hex(0xFFFF00), .bold),
      .key: Look(.hex(0x00FFFF), .bold),
      .keyMeaning: Look(.hex(0xFFFFFF)),
      .suggestion: Look(.hex(0x000000), on: .hex(0xFFFFFF)),
      .error: Look(.hex(0xFF8787), [.bold, .underline]),
      .received: Look(.hex(0x00FF00)),
      .sent: Look(.hex(0x5FD7FF)),
      .delay: Look(.hex(0xFFFF00)),
      .retransmitted: Look(.hex(0xFF8787)),
    ],
    on: .hex(0x000000)
  )
}
