import ArgumentParser

/// `nettop list`: samples as text.
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Print the connections, as a table or as JSON lines."
  )

  @OptionGroup var options: TracingOptions
  @OptionGroup var listing: ListingOptions

  func validate() throws {
    try options.validate()
  }

  func run() async throws {
    try await Failure.reported {
      try await Listing(options: options, format: listing.format ?? .table).run()
    }
  }
}
