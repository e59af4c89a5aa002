import ArgumentParser

/// What only a listing has.
struct ListingOptions: ParsableArguments {
  @Flag(
    name: .customLong("no-wait"),
    help: "Print the first sample at once, without rates (list)."
  )
  var printsAtOnce = false

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Let a line on standard input, the Enter key, print a sample at once (list). The default with nettracer."
    )
  )
  var enter: Bool?

  @Flag(
    name: .customLong("until-eof"),
    help: "End with one more sample when standard input ends (list)."
  )
  var endsWithInput = false

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Show connections whose local address is a loopback address, or leave them out (list). The default shows them; that of nettracer does not."
    )
  )
  var loopback: Bool?

  @Flag(
    name: .customLong("header-bytes"),
    help: "Add an estimate of the headers of packets to bytes (nettracer)."
  )
  var addsHeaders = false

  @Flag(name: .customLong("hex"), help: "The machine table on a terminal too (nettracer).")
  var isHexadecimal = false

  /// The options of these that were given.
  var given: [String] {
    (printsAtOnce ? ["--no-wait"] : []) + (enter.map { $0 ? ["--enter"] : ["--no-enter"] } ?? [])
      + (endsWithInput ? ["--until-eof"] : [])
      + (loopback.map { $0 ? ["--loopback"] : ["--no-loopback"] } ?? []) + ofNetTracer
  }

  /// Those that only NetTracer's tables have.
  var ofNetTracer: [String] {
    (addsHeaders ? ["--header-bytes"] : []) + (isHexadecimal ? ["--hex"] : [])
  }
}
