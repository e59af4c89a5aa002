import ArgumentParser

/// `nettop list`: samples as text.
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Print the connections, as a table or as JSON lines."
  )

  @OptionGroup var options: TracingOptions
  @OptionGroup var listing: ListingOptions
  @OptionGroup var settings: SettingsOptions

  func validate() throws {
    try options.validate()
    try settings.validate()
  }

  func run() async throws {
    let format = try listing.format(among: [.table, .json]) ?? .table
    try await Failure.reported {
      guard let setup = try Setup(options, settings) else { return }
      setup.warn()
      try await Listing(options: options, format: format, setup: setup).run()
    }
  }
}
