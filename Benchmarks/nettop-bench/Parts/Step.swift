import Terminal

/// What happens to the screen in each round, one after the other: every step ends in a frame.
struct Step {
  enum Event {
    case key(Key)
    /// A second has passed.
    case batch
  }

  let event: Event
  let name: String

  var isKey: Bool {
    if case .key = event { true } else { false }
  }

  /// What every row of the made-up host has in it, so that the filter is at work and hides none.
  private static let common = "w"
  private static let typed = ["worker7", "rtt>50ms and process~worker7"]

  /// From the start to what each round begins with: the filter is on in every view.
  static let preparation: [Step] =
    "654321".flatMap { keys("\($0)", "view") + filter(common) } + keys("r", "sort")

  /// Begins and ends with the connections by their rate.
  static let round: [Step] =
    moving + sorting + holding + "234".flatMap(grouping) + "56".flatMap(listing)
    + keys("1", "view") + typed.flatMap(filter) + filter(common)

  private static let moving = [
    batch("a batch each second"),
    key(.down, "down"), key(.pageDown, "page down"),
    key(.end, "last row"), key(.home, "first row"),
  ]

  private static let sorting =
    keys("btx", "sort") + keys("I", "reverse") + keys("r", "sort")
    + keys("<<<<<<<<", "sort to the left") + keys("r", "sort")

  private static let holding =
    keys("o", "freeze") + [batch("a batch, frozen")] + keys("o", "unfreeze")
    + keys("Z", "pause") + [batch("the first batch of a pause"), batch("a batch of a pause")]
    + keys("Z", "go on")

  private static func grouping(_ view: Character) -> [Step] {
    listing(view)
      + keys("*", "unfold all of view \(view):") + [batch("a batch, view \(view) unfolded")]
      + keys("*", "fold all of view \(view):")
  }

  private static func listing(_ view: Character) -> [Step] {
    keys("\(view)", "view") + [batch("a batch, view \(view)")]
  }

  private static func key(_ key: Key, _ name: String) -> Step {
    Step(event: .key(key), name: name)
  }

  private static func batch(_ name: String) -> Step {
    Step(event: .batch, name: name)
  }

  /// A step for each character.
  private static func keys(_ characters: String, _ name: String) -> [Step] {
    characters.map { key(.character($0), "\(name) \($0)") }
  }

  /// Types a filter in place of the one there is.
  private static func filter(_ text: String) -> [Step] {
    keys("/", "filter:") + [key(.control("u"), "filter: clear")] + keys(text, "filter:")
      + [key(.enter, "filter: enter")]
  }
}
