internal import CTracer
import SystemPackage
import Threads

/// Loads the BPF object, with as much of what is optional as the kernel takes.
final class Loader {
  /// What is ready to be attached.
  struct Loaded {
    let object: BPFObject
    let table: SocketTable
    /// Those that the kernel took.
    let optional: OptionalPrograms
  }

  /// An object with its maps, whose programs are not loaded yet.
  private struct Opened {
    let object: BPFObject
    let table: SocketTable
    /// Whether there is room for flows of UDP.
    let hasFlows: Bool
  }

  /// What the kernel has.
  let features: KernelFeatures
  /// The program that passes over all sockets.
  let pass: String
  /// The programs that see changes of state, in the order in which they have to run: each sees what
  /// those before it were kept from.
  let stateChanges: [String]
  private let sizes: KernelObject.Sizes
  /// Of `nettop_feature`, whatever is optional.
  private let leastFeatures: UInt32
  private let possible: OptionalPrograms
  /// For the first attempt.
  private var opened: Opened?

  /// Asks the kernel what it has, and creates the maps meanwhile.
  init(_ sizes: KernelObject.Sizes) {
    (features, opened) = concurrently(
      { KernelFeatures() },
      // Why it cannot be opened, the first attempt to load it tells.
      { try? Self.open(sizes, hasFlows: sizes.flows != nil) }
    )
    self.sizes = sizes
    let more = features.preemptsPrograms ? ["state_missed_twice", "state_missed_thrice"] : []
    stateChanges = ["state_changed", "state_missed"] + more
    leastFeatures = more.isEmpty ? 0 : NETTOP_FEATURE_PREEMPTION.rawValue
    pass = features.typedCast ? "pass_typed" : "pass_untyped"
    possible = OptionalPrograms(features)
  }

  /// With these programs for UDP, or none.
  func load(
    _ udp: DatagramPrograms.Choice?
  ) throws(Errno) -> Loaded {
    do throws(Errno) {
      return try load(possible, udp)
    } catch {
      if error.isShortageOfFiles { throw error }
      // A kernel that refuses one of them has the figures that need none.
      return try load(.none, udp)
    }
  }

  private static func open(
    _ sizes: KernelObject.Sizes,
    hasFlows: Bool
  ) throws(Errno) -> Opened {
    let object = try BPFObject(
      bytes: nettop_tracer_bytes(),
      size: Int(nettop_tracer_size()),
      name: "nettop",
      parts: Kernel.loadingThreads
    )
    try SocketTable.prepare(object, sizes.table)
    try object.resize("ended", to: sizes.endedBytes)
    try DatagramPrograms.prepare(object, hasFlows ? sizes.flows : nil)
    try object.createMaps()
    return Opened(
      object: object,
      table: try SocketTable(object, sizes.table),
      hasFlows: hasFlows
    )
  }

  /// The object that is open already, or another one: what was loaded once cannot be again.
  private func open(hasFlows: Bool) throws(Errno) -> Opened {
    defer { opened = nil }
    if let opened, opened.hasFlows == hasFlows { return opened }
    return try Self.open(sizes, hasFlows: hasFlows)
  }

  private func load(
    _ optional: OptionalPrograms,
    _ udp: DatagramPrograms.Choice?
  ) throws(Errno) -> Loaded {
    let opened = try open(hasFlows: udp != nil)
    let object = opened.object
    try object.setConstants(
      ".rodata.config",
      nettop_config(
        first_buckets: SocketTable.firstBuckets(sizes.table),
        changes: try object.entries("changes"),
        wakeup_bytes: UInt32(sizes.endedBytes / 2),
        features: leastFeatures | optional.features,
        flow_timeout_ns: udp?.limits.timeoutNanoseconds ?? 0,
        flows: UInt32(udp?.limits.flows ?? 0),
        pid_namespace: sizes.pidNamespace ?? 0,
        flow_places: UInt32(udp?.limits.entries ?? 1),
        reserved: 0,
        secret: .random(in: 0 ... .max)
      )
    )
    if let udp { try DatagramPrograms.enable(object, udp) }
    try object.enable(pass, true)
    for name in stateChanges + optional.programs.map(\.name) { try object.enable(name, true) }
    try object.load { VerifierEffort.distribute($0, over: $1) }
    return Loaded(object: object, table: opened.table, optional: optional)
  }
}
