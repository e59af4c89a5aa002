import Connections
import Monitor

/// What nettop saw of a network namespace in some time, against what the kernel counted there.
///
/// The kernel's counts were read before and after each of the two batches that the time is between,
/// so what it counted is known within bounds.
struct Coverage: Sendable {
  let name: String
  let tally: Followed.Tally
  /// The least and the most that the kernel counted between the two batches.
  let least: KernelCounters
  let most: KernelCounters
  let followsUDP: Bool

  /// Headers of IPv4 and TCP with timestamps, and of Ethernet: the estimate for each packet.
  private static let headerBytes: UInt64 = 66

  /// - Parameters:
  ///   - start: the kernel's counts before and after the first batch.
  ///   - end: the kernel's counts before and after the last batch.
  init(
    _ name: String,
    _ tally: Followed.Tally,
    start: (before: KernelCounters, after: KernelCounters),
    end: (before: KernelCounters, after: KernelCounters),
    followsUDP: Bool
  ) {
    self.name = name
    self.tally = tally
    least = end.before.growth(since: start.after)
    most = end.after.growth(since: start.before)
    self.followsUDP = followsUDP
  }

  /// Whether anything happened there.
  var isBusy: Bool { tally != Followed.Tally() || most.activeOpens + most.passiveOpens > 0 }

  var findings: [Finding] {
    [opened("connects", tally.connects, \.activeOpens, "ActiveOpens")]
      + [opened("accepts", tally.accepts, \.passiveOpens, "PassiveOpens")]
      + (followsUDP ? datagrams : []) + [traffic]
  }

  private func opened(
    _ what: String,
    _ ours: UInt64,
    _ figure: KeyPath<KernelCounters, UInt64>,
    _ field: String
  ) -> Finding {
    let (least, most) = (least[keyPath: figure], most[keyPath: figure])
    let range = Self.text(least, most)
    let message = "\(name): nettop saw \(ours), the kernel \(range) (\(field))"
    if ours < least {
      return Finding(
        what,
        .failure,
        message,
        cure: "see the losses below for the cause"
      )
    }
    return ours > most ? Finding(what, .warning, message) : .ok(what, message)
  }

  /// The kernel counts a datagram as received when a process takes it, and nettop when it comes.
  private var datagrams: [Finding] {
    [
      ("datagrams out", tally.datagramsSent, \KernelCounters.datagramsSent, "OutDatagrams"),
      ("datagrams in", tally.datagramsReceived, \KernelCounters.datagramsReceived, "InDatagrams"),
    ].map { what, ours, figure, field in
      let (least, most) = (least[keyPath: figure], most[keyPath: figure])
      let range = Self.text(least, most)
      let message = "\(name): nettop saw \(ours), the kernel \(range) (\(field))"
      return ours < least ? Finding(what, .warning, message) : .ok(what, message)
    }
  }

  private var traffic: Finding {
    let (sent, received) = (most.total(\.sent), most.total(\.received))
    let message =
      "\(name): payload \(Quantity.bytes(tally.bytesSent)) sent,"
      + " \(Quantity.bytes(tally.bytesReceived)) received; with headers about"
      + " \(Quantity.bytes(withHeaders(tally.bytesSent, tally.packetsSent))),"
      + " \(Quantity.bytes(withHeaders(tally.bytesReceived, tally.packetsReceived)));"
      + " its devices: \(Quantity.bytes(sent)), \(Quantity.bytes(received))"
    // What no device carried cannot have been sent. A packet can be under way as devices are read.
    let slack = UInt64(1 << 20)
    if tally.bytesSent > sent + slack || tally.bytesReceived > received + slack {
      return Finding("traffic", .failure, message, cure: "please report it with this output")
    }
    return .ok("traffic", message)
  }

  private func withHeaders(_ bytes: UInt64, _ packets: UInt64) -> UInt64 {
    bytes &+ packets &* Self.headerBytes
  }

  private static func text(_ least: UInt64, _ most: UInt64) -> String {
    least == most ? "\(least)" : "\(least) to \(most)"
  }
}

extension KernelCounters {
  /// How much each count grew. A device that came meanwhile began at 0.
  func growth(since old: KernelCounters) -> KernelCounters {
    func grown(_ new: UInt64, _ old: UInt64) -> UInt64 { new > old ? new - old : 0 }
    var growth = self
    growth.activeOpens = grown(activeOpens, old.activeOpens)
    growth.passiveOpens = grown(passiveOpens, old.passiveOpens)
    growth.datagramsReceived = grown(datagramsReceived, old.datagramsReceived)
    growth.datagramsSent = grown(datagramsSent, old.datagramsSent)
    for (name, device) in devices {
      guard let before = old.devices[name] else { continue }
      growth.devices[name] = Device(
        received: grown(device.received, before.received),
        packetsReceived: grown(device.packetsReceived, before.packetsReceived),
        sent: grown(device.sent, before.sent),
        packetsSent: grown(device.packetsSent, before.packetsSent)
      )
    }
    return growth
  }
}
