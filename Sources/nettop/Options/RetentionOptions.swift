import ArgumentParser
import Monitor
import Recording

/// How much a recording keeps.
struct RetentionOptions: ParsableArguments {
  @Flag(help: "Go on with FILE if it is there already.")
  var append = false

  @Option(
    name: .customLong("max-size"),
    help: ArgumentHelp(
      "Drop the oldest when the recording is larger than this.",
      valueName: "size"
    )
  )
  var maxSize = "1G"

  @Option(
    name: .customLong("max-age"),
    help: ArgumentHelp(
      "Drop what is older than this, e.g. 12h or 30d; all is kept otherwise.",
      valueName: "age"
    )
  )
  var maxAge: String?

  @Flag(
    name: .customLong("no-thin"),
    help: "Keep old samples as they are, rather than one each 10 s, minute or 10 minutes."
  )
  var keepsAll = false

  /// SQLite itself takes as much when it begins.
  private static let leastSize = 1_000_000.0

  func validate() throws { _ = try limits }

  var limits: RetentionLimits {
    get throws {
      guard let size = FieldUnit.bytes.number(of: maxSize), size >= Self.leastSize, size < 1e18
      else { throw ValidationError("--max-size takes an amount from 1M on, such as 500M or 2G.") }
      var limits = RetentionLimits(size: Int64(size), thins: !keepsAll)
      if let maxAge {
        guard let age = FieldUnit.seconds.number(of: maxAge), age >= 60e6 else {
          throw ValidationError("--max-age takes a time from 1m on, such as 12h or 30d.")
        }
        limits.age = age / 1e6
      }
      return limits
    }
  }
}
