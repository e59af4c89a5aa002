import StyledText

extension Theme {
  /// Of the eight colours that every terminal has, readable on dark and light ones.
  package static let plain = Theme([
    .strong: Look(nil, .bold),
    .faint: Look(nil, .dim),
    .bar: Look(nil, .reverse),
    .barStrong: Look(nil, [.bold, .reverse]),
    .title: Look(nil, [.bold, .underline]),
    .sorted: Look(nil, [.bold, .reverse]),
    .selected: Look(nil, .reverse),
    .followed: Look(.yellow, .reverse),
    .tagged: Look(.yellow, .bold),
    .highlighted: Look(.magenta, .bold),
    .new: Look(.green, .bold),
    .failed: Look(.red, .dim),
    .medium: Look(.yellow),
    .high: Look(.red, .bold),
    .alarm: Look(.red, [.bold, .reverse]),
    .paused: Look(.yellow, [.bold, .reverse]),
    .key: Look(nil, .bold),
    .suggestion: Look(nil, .reverse),
    .error: Look(.red, [.bold, .underline]),
    .received: Look(.green),
    .sent: Look(.blue),
    .delay: Look(.yellow),
    .retransmitted: Look(.red),
  ])
}
