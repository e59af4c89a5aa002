import ArgumentParser

/// Where the lines of a log go instead of to standard output.
struct LogFileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Append the lines to this file, or to a new file in this directory; SIGHUP reopens it.",
      valueName: "path"
    ),
    completion: .file()
  )
  var file: String?

  @Option(
    help: ArgumentHelp(
      "Begin a new file at this size (K, M, G), age (s, m, h, d, w), or either: 10M,7d.",
      valueName: "size,age"
    )
  )
  var rotate: String?

  @Option(
    help: ArgumentHelp(
      "How many older files --rotate keeps (default: \(Rotation.keptByDefault)).",
      valueName: "n"
    )
  )
  var keep: Int?

  func validate() throws {
    if file?.isEmpty == true {
      throw ValidationError("--file takes the path of a file or a directory; it is empty.")
    }
    if rotate != nil, file == nil { throw ValidationError("--rotate needs --file.") }
    if keep != nil, rotate == nil { throw ValidationError("--keep needs --rotate.") }
    if let keep, !(0...10_000).contains(keep) {
      throw ValidationError("--keep takes a number from 0 to 10000.")
    }
    _ = try rotation
  }

  /// When a new file begins; `nil` for never.
  var rotation: Rotation? {
    get throws {
      guard let rotate else { return nil }
      guard var rotation = Rotation(rotate) else {
        throw ValidationError("--rotate takes a size, an age, or both: 10M, 7d or 10M,7d.")
      }
      if let keep { rotation.kept = keep }
      return rotation
    }
  }
}
