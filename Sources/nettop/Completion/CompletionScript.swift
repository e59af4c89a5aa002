/// The scripts by which shells complete command lines. The parser of the command line generates them;
/// what they lack is added here.
enum CompletionScript {
  private struct Change {
    let old: String
    let new: String
  }

  /// A recording is a file. What SQLite keeps beside it is none, so no shell proposes it.
  private static let companions = ["wal", "shm", "journal"]

  private static let alternatives = companions.joined(separator: "|")

  /// By the beginning of a script.
  private static let changes: [(beginning: String, changes: [Change])] = [
    (
      "#!/bin/bash\n",
      [
        Change(
          old: "__nettop_add_completions -f\n",
          new: "__nettop_add_completions -f -X '*-@(\(alternatives))'\n"
        )
      ]
    ),
    (
      "#compdef nettop\n",
      [
        Change(
          old: ":_files'",
          new: ":{_files -F \"(\(companions.map { "*-\($0)" }.joined(separator: " ")))\"}'"
        ),
        // A path goes on behind a directory, so no blank follows it.
        Change(
          old: "non_empty_completions=(\"${@:#(|:*)}\")\n",
          new: """
            non_empty_completions=("${@:#(|:*|*/)}")
                local -ar directory_completions=("${(M)@:#*/}")

            """
        ),
        Change(
          old: "_describe -V '' non_empty_completions -- ",
          new: "_describe -V '' non_empty_completions -- directory_completions -S '' -- "
        ),
      ]
    ),
    (
      "function __nettop_",
      [
        Change(old: " -rF\n", new: " -rfka '(__nettop_files)'\n"),
        Change(old: " -F\n", new: " -fka '(__nettop_files)'\n"),
        Change(
          old: "complete -c 'nettop' -f\n",
          new: """
            function __nettop_files
                set -l path "$(commandline -ct | string replace -r -- '^--[^=]*=' '')"
                complete -C "'' $path" | string match -rv -- '-(?:\(alternatives))(?:\\t|$)'
            end

            complete -c 'nettop' -f

            """
        ),
      ]
    ),
  ]

  /// A script as nettop prints it; any other text as it is.
  static func completed(_ text: String) -> String {
    guard let changes = changes.first(where: { text.hasPrefix($0.beginning) })?.changes else {
      return text
    }
    return changes.reduce(text) { $0.replacing($1.old, with: $1.new) }
  }
}
