internal import CLibbpf
internal import CTracer
import SystemPackage

/// The programs that follow UDP sockets and count their datagrams.
final class DatagramPrograms {
  /// How many flows are distinguished, and when one ends.
  struct Limits {
    /// Entries of the maps of flows, a power of two.
    let entries: Int
    /// Of these, how many are for flows; the others are for overflow flows.
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

  /// Those of one method, and how many flows there are to be.
  struct Choice {
    /// Sockets first.
    let programs: [String]
    let limits: Limits
  }

  private let object: BPFObject
  private let programs: [String]
  /// `nil`: each is attached where its section says.
  private let root: CgroupRoot?
  private let status: SharedValue<nettop_status>
  private let changes: SharedArray<nettop_flow>
  private var links: [BPFLink] = []

  /// Gives the maps the room for flows, or hardly any if there are to be none. Before they are created.
  static func prepare(_ object: BPFObject, _ limits: Limits?) throws(Errno) {
    guard let limits else { return try object.resize("flow_changes", to: 1) }
    for name in ["flows", "flow_places", "free_flows"] {
      try object.resize(name, to: limits.entries)
    }
  }

  /// Has the programs loaded. Before `load`.
  static func enable(_ object: BPFObject, _ choice: Choice) throws(Errno) {
    for name in choice.programs + ["pass_flows"] { try object.enable(name, true) }
  }

  /// Datagrams that were lost before counting started.
  private var uncounted: UInt64 = 0

  /// After `load`; `follow(true)` begins.
  init(_ object: BPFObject, _ programs: [String], _ root: CgroupRoot?) throws(Errno) {
    self.object = object
    self.programs = programs
    self.root = root
    status = try SharedValue(try object.map("status"))
    changes = try SharedArray(try object.map("flow_changes"))
  }

  /// Attaches the programs unless they are, or detaches them.
  func follow(_ following: Bool) throws(Errno) {
    guard following else {
      links = []
      return
    }
    guard links.isEmpty else { return }
    var links: [BPFLink] = []
    for name in programs {
      if let root {
        links.append(try object.attach(name, cgroup: root.descriptor))
      } else {
        links.append(try object.attach(name))
      }
    }
    self.links = links
  }

  private var counts: UnsafeMutablePointer<nettop_status> { status.pointer }

  var flows: Int { Int(counts.pointee.flows) }
  /// Datagrams that are in the figures of their socket, but in no flow's.
  var flowsFull: UInt64 { counts.pointee.flows_full }
  /// Datagrams that are in no figure, since `startCounting`.
  var datagramsLost: UInt64 {
    let lost = counts.pointee.flows_lost + skipped
    return lost - min(lost, uncounted)
  }

  /// Forgets the datagrams of sockets that were not found yet.
  func startCounting() {
    uncounted = counts.pointee.flows_lost + skipped
  }

  /// How often the kernel left a program out, as it was interrupted on the same CPU by what it was
  /// to run for: a preemptible kernel does with function hooks.
  private var skipped: UInt64 { programs.reduce(0) { $0 + object.skipped($1) } }

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
      var failure: Errno?
      do throws(Errno) { try object.run("pass_flows") } catch { failure = error }
      try changes.read(first: Int(counts.pointee.flows_changed)) { flows in
        for flow in flows { receive(flow) }
      }
      // What it wrote before is not reported again.
      if let failure { throw failure }
    } while counts.pointee.flows_left != 0
  }
}
