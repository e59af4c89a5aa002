import Monitor
package import Terminal

/// The key map: the list of bindings with the changes of the settings.
package struct KeyMap: Sendable {
  /// The keys of each command in effect.
  private var keys: [Command: [Key]] = [:]
  private var commands: [Context: [Key: Command]] = [:]

  /// - Parameter changes: other keys for some commands. A key that they give to one command is
  ///   taken, in its contexts, from the others that have it there.
  package init(changes: [Command: [Key]] = [:]) {
    for binding in Binding.all {
      let changed = changes[binding.command]
      for context in binding.contexts {
        var own =
          changed
          ?? binding.keys.filter { key in
            !Binding.all.contains { other in
              other.command != binding.command && other.contexts.contains(context)
                && changes[other.command]?.contains(key) == true
            }
          }
        let indispensable = Self.indispensable(binding.command, in: context)
        if own.isEmpty, let indispensable { own = [indispensable] }
        for key in own where indispensable != nil || commands[context]?[key] == nil {
          commands[context, default: [:]][key] = binding.command
        }
        let known = keys[binding.command] ?? []
        keys[binding.command] = known + own.filter { !known.contains($0) }
      }
    }
  }

  /// The key that a command has when the settings leave it none: however keys are bound, one must
  /// quit the program, and one must leave each pane.
  private static func indispensable(_ command: Command, in context: Context) -> Key? {
    switch command {
    case .quit: .control("c")
    case .back where context != .table: .escape
    default: nil
    }
  }

  /// - Parameter isPast: whether the past is shown there, whose keys come first.
  package func command(for key: Key, in context: Context, isPast: Bool = false) -> Command? {
    if isPast, let command = commands[.past]?[key] { return command }
    let place: Context = context == .past ? .table : context
    return commands[context]?[key] ?? commands[place]?[key]
  }

  package func keys(of command: Command) -> [Key] { keys[command] ?? [] }

  /// The keys of a command by name: `F1 ? h`.
  package func label(of command: Command) -> String {
    keys(of: command).map(\.name).joined(separator: " ")
  }
}
