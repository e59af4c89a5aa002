import ArgumentParser

/// What only a listing has.
struct ListingOptions: ParsableArguments {
  @Flag(
    name: .customLong("no-wait"),
    help: "Print the first sample at once, without rates (list)."
  )
  var printsAtOnce = false

  /// The options of these that were given.
  var given: [String] { printsAtOnce ? ["--no-wait"] : [] }
}
