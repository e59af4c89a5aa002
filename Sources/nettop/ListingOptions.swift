import ArgumentParser

/// How samples are printed.
struct ListingOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json
  }

  @Option(help: "How to print: table (the default) or json, one object a line.")
  var format: Format?
}
