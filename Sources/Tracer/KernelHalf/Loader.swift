internal import CTracer
import SystemPackage

/// Loads the BPF object, with as much of what is optional as the kernel takes.
struct Loader {
  let sizes: KernelObject.Sizes
  /// What is ready to be attached.
  struct Loaded {
    let object: BPFObject
    let table: SocketTable
    /// Those that the kernel took.
    let optional: OptionalPrograms
  }

  /// The program that passes over all sockets.
  let pass: String
  /// The programs that see changes of state, in the order in which they have to run: each sees what
  /// those before it were kept from.
  let stateChanges: [String]
  private let features: UInt32
  private let possible: OptionalPrograms

  init(sizes: KernelObject.Sizes, features: KernelFeatures) {
    self.sizes = sizes
    let more = features.preemptsPrograms ? ["state_missed_twice", "state_missed_thrice"] : []
    stateChanges = ["state_changed", "state_missed"] + more
    self.features = more.isEmpty ? 0 : NETTOP_FEATURE_PREEMPTION.rawValue
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

  private func load(
    _ optional: OptionalPrograms,
    _ udp: DatagramPrograms.Choice?
  ) throws(Errno) -> Loaded {
    let object = try BPFObject(
      bytes: nettop_tracer_bytes(),
      size: Int(nettop_tracer_size()),
      name: "nettop",
      parts: Kernel.loadingThreads
    )
    try SocketTable.prepare(object, sizes.table)
    try object.resize("ended", to: sizes.endedBytes)
    try DatagramPrograms.prepare(object, udp)
    try object.setConstants(
      ".rodata.config",
      nettop_config(
        first_buckets: SocketTable.firstBuckets(sizes.table),
        changes: try object.entries("changes"),
        wakeup_bytes: UInt32(sizes.endedBytes / 2),
        features: features | optional.features,
        flow_timeout_ns: udp?.limits.timeoutNanoseconds ?? 0,
        flows: UInt32(udp?.limits.flows ?? 0),
        pid_namespace: sizes.pidNamespace ?? 0,
        flow_places: UInt32(udp?.limits.entries ?? 1),
        reserved: 0,
        secret: .random(in: 0 ... .max)
      )
    )
    try object.enable(pass, true)
    for name in stateChanges + optional.programs.map(\.name) { try object.enable(name, true) }
    try object.load()
    return Loaded(
      object: object,
      table: try SocketTable(object, sizes.table),
      optional: optional
    )
  }
}
