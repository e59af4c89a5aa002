import ArgumentParser
import Monitor
import Screens

/// How amounts and ends are written.
struct PresentationOptions: ParsableArguments, SettingsChange {
  @Flag(help: "Amounts and rates in bits.")
  var bits = false

  @Flag(help: "Bytes in steps of 1000, not 1024.")
  var si = false

  @Flag(help: "Host names instead of addresses (queries DNS).")
  var resolve = false

  @Flag(help: "Service names instead of ports, from /etc/services.")
  var services = false

  func apply(to settings: inout Settings) {
    if bits { settings.presentation.unit = .bits }
    if si { settings.presentation.prefix = .si }
    if resolve { settings.presentation.hosts = .names }
    if services { settings.presentation.ports = .services }
  }
}
