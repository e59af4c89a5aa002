internal import CLibbpf
internal import CTracer
import SystemPackage

/// The programs that follow UDP sockets and count their datagrams, at the root of cgroup v2.
final class DatagramPrograms {
  /// How many flows are told apart, and when one ends.
  struct Limits {
    /// Entries of the map of flows, a power of two.
    let entries: Int
    /// Of these, how many are for flows; the rest, for what finds no room.
    let flows: Int
    let timeoutNanoseconds: UInt64

    /// - Parameters:
    ///   - capacity: how many flows, at least.
    ///   - timeout: seconds without a datagram.
    init(capacity: Int, timeout: Double) {
      let wanted = min(max(capacity, 1), 1 << 24)
      entries = TableSize.powerOfTwo(atLeast: wanted + max(wanted / 16, 16))
      flows = entries - max(entries / 16, 16)
      timeoutNanoseconds = UInt64(min(max(timeout, 0), 1e9) * 1e9)
    }
  }

  /// Sockets first: a datagram asks for its socket.
  private static let hooks = [
    "udp_created", "udp_released", "datagram_sent", "datagram_received",
  ]

  private let object: BPFObject
  private let root: CgroupRoot
  private let status: SharedMap<nettop_status>
  private let changes: SharedMap<nettop_flow>
  private var links: [BPFLink] = []

  /// Has the programs and their memory loaded, or left out. Before `load`.
  static func prepare(_ object: BPFObject, _ limits: Limits?) throws(Errno) {
    for name in hooks + ["pass_flows"] { try object.enable(name, limits != nil) }
    try object.resize("flows", to: limits?.entries ?? 1)
    if limits == nil { try object.resize("flow_changes", to: 1) }
  }

  /// After `load`; `follow(true)` begins.
  init(_ object: BPFObject, _ root: CgroupRoot) throws(Errno) {
    self.object = object
    self.root = root
    status = try SharedMap(try object.map("status"))
    changes = try SharedMap(try object.map("flow_changes"))
  }

  /// Attaches the programs, or detaches them.
  func follow(_ following: Bool) throws(Errno) {
    links = []
    guard following else { return }
    for name in Self.hooks { links.append(try object.attach(name, cgroup: root.descriptor)) }
  }

  private var counts: UnsafeMutablePointer<nettop_status> {
    // The map has one entry, as it is declared.
    status.values.baseAddress.unsafelyUnwrapped
  }

  var flows: Int { Int(counts.pointee.flows) }
  var flowsFull: UInt64 { counts.pointee.flows_full + counts.pointee.flows_lost }

  /// Hands over the flows that moved since the last pass, and those that ended.
  func pass(_ receive: (nettop_flow) -> Void) throws(Errno) {
    // Visiting an empty map costs as much as a full one.
    guard counts.pointee.flows > 0 || counts.pointee.flows_full > 0 else { return }
    counts.pointee.flow_pass &+= 1
    // No flow was reported by the pass 0.
    if counts.pointee.flow_pass == 0 { counts.pointee.flow_pass = 1 }
    repeat {
      counts.pointee.flows_left = 0
      counts.pointee.flows_changed = 0
      try object.run("pass_flows")
      for index in 0..<min(Int(counts.pointee.flows_changed), changes.count) {
        receive(changes.values[index])
      }
    } while counts.pointee.flows_left != 0
  }
}
