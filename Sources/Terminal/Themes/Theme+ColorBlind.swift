import StyledText

extension Theme {
  /// Blue, pale yellow and orange on black, which people who confuse red and green tell apart.
  package static let colorBlind = Theme(
    [
      .plain: Look(.hex(0xD0D0D0)),
      .strong: Look(.hex(0xFFFFFF), .bold),
      .faint: Look(.hex(0x8A8A8A)),
      .bar: Look(.hex(0xD0D0D0), on: .hex(0x303030)),
      .barStrong: Look(.hex(0xFFFFFF), on: .hex(0x303030), .bold),
      .title: Look(.hex(0x87AFFF), .bold),
      .sorted: Look(.hex(0x000000), on: .hex(0x87AFFF), .bold),
      .selected: Look(.hex(0xFFFFFF), on: .hex(0x005FAF)),
      .followed: Look(.hex(0x000000), on: .hex(0xFFAF00)),
      .tagged: Look(.hex(0xFFD787), .bold),
      .highlighted: Look(.hex(0xAFD7FF), [.bold, .underline]),
      .new: Look(.hex(0xFFFFFF)),
      .failed: Look(.hex(0xD7875F)),
      .low: Look(.hex(0x5F87FF)),
      .medium: Look(.hex(0xFFFFAF)),
      .high: Look(.hex(0xFF8700), .bold),
      .alarm: Look(.hex(0x000000), on: .hex(0xFF8700), .bold),
      .paused: Look(.hex(0x000000), on: .hex(0xFFD787), .bold),
      .key: Look(.hex(0x5FAFFF), .bold),
      .keyMeaning: Look(.hex(0xB2B2B2)),
      .suggestion: Look(.hex(0x000000), on: .hex(0x87D7FF)),
      .error: Look(.hex(0xFF8700), [.bold, .underline]),
      .received: Look(.hex(0x5FAFFF)),
      .sent: Look(.hex(0xFFAF00)),
      .delay: Look(.hex(0xFFFFAF)),
      .retransmitted: Look(.hex(0xD75F00)),
    ],
    on: .hex(0x000000)
  )
}
