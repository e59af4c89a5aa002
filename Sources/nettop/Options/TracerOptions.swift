import ArgumentParser
import Connections
import Tracer

/// How much the tracer follows.
struct TracerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Follow at least this many connections, and as many UDP flows, at once.",
      valueName: "n"
    )
  )
  var capacity: Int?

  @Flag(name: .customLong("no-udp"), help: "Follow TCP only.")
  var noUDP = false

  @Option(
    help: ArgumentHelp(
      "Where figures come from: bpf, diag (lists of sock_diag, for any user and kernel), or auto, the better one that works here.",
      valueName: "source"
    )
  )
  var source: LiveSource.Choice = .auto

  func validate() throws {
    if let capacity, !(1...10_000_000).contains(capacity) {
      throw ValidationError("--capacity takes a number from 1 to 10000000.")
    }
  }

  /// The options of these that were given.
  var given: [String] {
    (capacity == nil ? [] : ["--capacity"]) + (noUDP ? ["--no-udp"] : [])
      + (source == .auto ? [] : ["--source"])
  }

  /// Begins to follow the connections of this host. From then on, the kernel refuses the program what
  /// it needs no more.
  ///
  /// - Parameter endedLimit: how many ends are kept until a batch is asked for; `nil` for as many as
  ///   the tracer keeps by itself.
  func open(endedLimit: Int? = nil) throws(SourceError) -> any ConnectionSource {
    var configuration = SourceConfiguration()
    configuration.capacity = capacity
    if let capacity { configuration.flowCapacity = capacity }
    configuration.followsUDP = !noUDP
    if let endedLimit { configuration.endedLimit = endedLimit }
    let opened = try LiveSource.open(source, configuration)
    Rights.refuseCalls()
    return opened
  }
}

extension LiveSource.Choice: ExpressibleByArgument {}
