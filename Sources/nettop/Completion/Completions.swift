import ArgumentParser
import Monitor
import Screens

/// What shells propose for the values of options. Values that depend on the host or on the words
/// before them come from nettop itself, which the scripts of the shells run for them.
enum Completions {
  /// Names of columns by which rows can be sorted.
  static let sortColumns = of { _ in Column.sortable.map { Suggestion($0.name, $0.meaning) } }

  /// Names of columns, or of fields for formats that have those, separated by commas.
  static let columns = of { typed in
    let columns = Column.all.map { Suggestion($0.name, $0.meaning) }
    let fields = Field.allCases.map { Suggestion($0.name) }
    let all = Suggestion(ColumnChoice.all)
    let ofFields = ["json", "csv", "logfmt"]
    let isOfFields = typed.before.contains { word in
      ofFields.contains { word == $0 || word == "--format=\($0)" }
    }
    return typed.list(of: isOfFields ? fields : columns) + (typed.text.contains(",") ? [] : [all])
  }

  /// Events of a log, separated by commas.
  static let events = of { $0.list(of: LogEvent.choices.map { Suggestion($0.rawValue) }) }

  /// A field at the end of a filter, or one of its values where these are a few words.
  static let filter = of { typed in
    let text = typed.unquoted
    let scalars = text.unicodeScalars
    let completion = FilterCompletion(text, cursor: scalars.count)
    let head = String(scalars.prefix(completion.range.lowerBound))
    return completion.candidates.map { Suggestion(head + $0) }
  }

  /// Names that `ip netns` gave.
  static let namespaces = of { _ in
    CallersFiles.entries(of: "/run/netns").map { Suggestion($0.name) }
  }

  /// PIDs of the processes that the caller sees.
  static let processes = of { typed in
    CallersFiles.processes().sorted { $0.key < $1.key }.map { Suggestion("\($0.key)", $0.value) }
      .filter { $0.word.hasPrefix(typed.text) }
  }

  /// Names of themes and paths of theme files.
  static let themes = of { typed in
    Settings.themeNames.map { Suggestion($0) } + themeFiles(beginning: typed.text)
  }

  private static func themeFiles(beginning path: String) -> [Suggestion] {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let (directory, name) = (String(path[..<start]), path[start...])
    let entries = CallersFiles.entries(of: directory.isEmpty ? "." : directory).filter { entry in
      entry.name.hasPrefix(name) && (name.hasPrefix(".") || !entry.name.hasPrefix("."))
    }
    return entries.compactMap { entry in
      if entry.isDirectory { return Suggestion(directory: directory + entry.name) }
      return entry.name.hasSuffix(".toml") ? Suggestion(directory + entry.name) : nil
    }
  }

  /// - Parameter suggestions: what is proposed for a word; shells drop what does not begin like it.
  static func of(
    _ suggestions: @escaping @Sendable (TypedWord) -> [Suggestion]
  ) -> CompletionKind {
    .custom { words, index, _ in
      Suggestion.lines(suggestions(TypedWord(words, index)), for: CompletionShell.requesting)
    }
  }
}
