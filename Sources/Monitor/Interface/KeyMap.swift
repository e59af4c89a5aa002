package import Terminal

/// The key map: the list of bindings with the changes of the settings.
package struct KeyMap: Sendable {
  /// The keys of each command in effect.
  private var keys: [Command: [Key]] = [:]
  private var commands: [Context: [Key: Command]] = [:]

  /// - Parameter changes: other keys for some commands. A key that they give to one command is
  ///   taken from the others that have it in the same place.
  package init(changes: [Command: [Key]] = [:]) {
    for binding in Binding.all {
      let changed = changes[binding.command]
      var own =
        changed
        ?? binding.keys.filter { key in
          !Binding.all.contains { other in
            other.command != binding.command
              && !other.contexts.isDisjoint(with: binding.contexts)
              && changes[other.command]?.contains(key) == true
          }
        }
      // However keys are bound, one must quit the program.
      if binding.command == .quit, own.isEmpty { own = [.control("c")] }
      keys[binding.command] = own
      for context in binding.contexts {
        for key in own where binding.command == .quit || commands[context]?[key] == nil {
          commands[context, default: [:]][key] = binding.command
        }
      }
    }
  }

  package func command(for key: Key, in context: Context) -> Command? {
    commands[context]?[key]
  }

  package func keys(of command: Command) -> [Key] { keys[command] ?? [] }

  /// The keys of a command by name: `F1 ? h`.
  package func label(of command: Command) -> String {
    keys(of: command).map(\.name).joined(separator: " ")
  }
}
