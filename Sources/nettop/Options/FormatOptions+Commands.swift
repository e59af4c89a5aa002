extension FormatOptions.Format {
  /// Those of `nettop list`, its default first.
  static let ofList: [Self] = [.table, .json, .csv, .logfmt, .nettracer]
  /// Those of `nettop log`, its default first.
  static let ofLog: [Self] = [.text, .json, .csv, .logfmt, .nettracer]
  /// Those of `nettop doctor`, its default first.
  static let ofDoctor: [Self] = [.text, .json]

  /// Those that shells propose, by the subcommand that the words before them have. A command line
  /// without one is for a listing.
  static let completions = Completions.of { typed in
    let lists = ["list": ofList, "log": ofLog, "doctor": ofDoctor]
    let subcommand = typed.subcommand(among: Array(lists.keys)) ?? "list"
    return lists[subcommand, default: []].map { Suggestion($0.rawValue) }
  }
}
