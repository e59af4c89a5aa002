internal import CLibbpf
internal import CTracer
import SystemPackage

/// The BPF object with as much of it loaded as this kernel takes: what it refuses is left out, and
/// said to be.
struct KernelObject {
  /// How much room there is to be.
  struct Sizes {
    /// Sockets in the table, a power of two.
    let slots: Int
    /// Bytes for final records, a power of two and at least a page.
    let endedBytes: Int
    /// Of UDP; `nil` where it is not to be followed.
    let flows: DatagramPrograms.Limits?
  }

  let object: BPFObject
  /// The program that passes over all sockets.
  let pass: String
  /// The optional programs that this kernel runs.
  let optional: OptionalPrograms
  /// How datagrams are counted, and by what.
  let udp: Health.UDPMethod
  let datagrams: DatagramPrograms?

  init(_ sizes: Sizes) throws(Errno) {
    let features = KernelFeatures()
    let pass = features.typedCast ? "pass_typed" : "pass_untyped"
    let possible = OptionalPrograms(features)
    func load(_ flows: DatagramPrograms.Limits?) throws(Errno) -> (BPFObject, OptionalPrograms) {
      do throws(Errno) {
        return (try Self.load(sizes, pass, possible, flows), possible)
      } catch {
        // A kernel that refuses one of them has the figures that need none.
        return (try Self.load(sizes, pass, .none, flows), .none)
      }
    }
    self.pass = pass
    guard let flows = sizes.flows else {
      (object, optional) = try load(nil)
      (udp, datagrams) = (.off, nil)
      return
    }
    do throws(UDPUnavailable) {
      (object, optional, datagrams) = try Self.count { () throws(Errno) in try load(flows) }
      udp = .cgroup
    } catch {
      (object, optional) = try load(nil)
      (udp, datagrams) = (.unavailable(error.reason), nil)
    }
  }

  private static func load(
    _ sizes: Sizes,
    _ pass: String,
    _ optional: OptionalPrograms,
    _ flows: DatagramPrograms.Limits?
  ) throws(Errno) -> BPFObject {
    let object = try BPFObject(
      bytes: nettop_tracer_bytes(),
      size: Int(nettop_tracer_size()),
      name: "nettop"
    )
    let bucketCount = sizes.slots / Int(NETTOP_BUCKET_SLOTS)
    try object.resize("buckets", to: bucketCount)
    try object.resize("slots", to: sizes.slots)
    try object.resize("ended", to: sizes.endedBytes)
    try DatagramPrograms.prepare(object, flows)
    try object.setConstants(
      ".rodata.config",
      nettop_config(
        buckets: UInt32(bucketCount),
        changes: try object.entries("changes"),
        wakeup_bytes: UInt32(sizes.endedBytes / 2),
        features: optional.features,
        flow_timeout_ns: flows?.timeoutNanoseconds ?? 0,
        flows: UInt32(flows?.flows ?? 0),
        reserved: 0,
        secret: .random(in: 0 ... .max)
      )
    )
    try object.enable(pass, true)
    for program in optional.programs { try object.enable(program.name, true) }
    try object.load()
    return object
  }

  /// Tries the programs for UDP: a kernel can refuse to load or to attach them.
  private static func count(
    _ load: () throws(Errno) -> (BPFObject, OptionalPrograms)
  ) throws(UDPUnavailable) -> (BPFObject, OptionalPrograms, DatagramPrograms) {
    let root = try CgroupRoot()
    do throws(Errno) {
      let (object, optional) = try load()
      let datagrams = try DatagramPrograms(object, root)
      try datagrams.follow(true)
      return (object, optional, datagrams)
    } catch {
      let said = ([error.description] + LibbpfLog.take().suffix(1)).joined(separator: "; ")
      throw UDPUnavailable(
        reason: "the kernel (\(Kernel.release)) refused the programs at the root of cgroup v2,"
          + " please report it (\(said))"
      )
    }
  }
}
