import Monitor
import StyledText
import Terminal

extension Setting {
  /// The keys of each command.
  static let ofKeys = Command.allCases.map { command in
    Setting(
      ["keys", command.name],
      Binding.all.first { $0.command == command }?.meaning ?? "",
      example: .list(defaultKeys(of: command).map { .text($0.name) })
    ) { settings in
      settings.keys[command].map { .list($0.map { .text($0.name) }) }
    } change: { (value, settings) throws(ValueRefusal) in
      var keys: [Key] = []
      try forEachText(of: value) { name throws(ValueRefusal) in
        guard let key = Key(name: name) else {
          throw ValueRefusal(
            "takes keys",
            found: ", and \(SafeText.quoted(name)) is not one. \(Key.nameAdvice)"
          )
        }
        let other = settings.keys.first {
          $0.key != command && $0.value.contains(key) && haveCommonPlace($0.key, command)
        }
        if let other {
          throw ValueRefusal(
            "takes keys of its own",
            found: ", and \(name) belongs to \(other.key.name)"
          )
        }
        if !keys.contains(key) { keys.append(key) }
      }
      if keys.isEmpty, command == .quit {
        throw ValueRefusal("takes at least one key, or nettop could not be quit")
      }
      settings.keys[command] = keys
    }
  }

  private static func defaultKeys(of command: Command) -> [Key] {
    Binding.all.filter { $0.command == command }.flatMap(\.keys)
  }

  /// Whether there is a place where both commands have keys: elsewhere they may share them.
  private static func haveCommonPlace(_ one: Command, _ other: Command) -> Bool {
    !contexts(of: one).isDisjoint(with: contexts(of: other))
  }

  private static func contexts(of command: Command) -> Set<Context> {
    Binding.all.filter { $0.command == command }.reduce(into: []) { $0.formUnion($1.contexts) }
  }
}
