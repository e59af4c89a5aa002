import ArgumentParser
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

  func validate() throws {
    if let capacity, !(1...10_000_000).contains(capacity) {
      throw ValidationError("--capacity takes a number from 1 to 10000000.")
    }
  }

  var configuration: Tracer.Configuration {
    var configuration = Tracer.Configuration()
    configuration.capacity = capacity
    if let capacity { configuration.flowCapacity = capacity }
    configuration.followsUDP = !noUDP
    return configuration
  }
}
