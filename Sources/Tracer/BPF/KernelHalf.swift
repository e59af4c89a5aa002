internal import CLibbpf
internal import CTracer
import Dispatch
import Glibc
import SystemPackage

/// The BPF programs at work: loads and attaches them, and reads what they found.
final class KernelHalf {
  private let object: BPFObject
  private let passProgram: String
  /// Whether a hook tells at once who accepts a connection.
  let acceptsSeen: Bool
  private let status: SharedMap<nettop_status>
  private let changes: SharedMap<nettop_record>
  private let buckets: SharedMap<Bucket>
  private let foundHolders: SharedMap<nettop_holder>
  private let ended: RingBuffer<nettop_record>
  private var lifecycle: [BPFLink] = []
  private let files: BPFLink
  private let sockets: BPFLink

  /// The cookies of a bucket: `NETTOP_BUCKET_SLOTS` of them.
  private typealias Bucket = SIMD16<UInt64>

  /// Loads the programs and begins to follow what opens from now on.
  ///
  /// - Parameters:
  ///   - slots: how many sockets the table has room for, a power of two.
  ///   - endedBytes: room for final records, a power of two and at least a page.
  init(slots: Int, endedBytes: Int) throws(TracerError) {
    LibbpfLog.capture()
    do throws(Errno) {
      object = try BPFObject(
        bytes: nettop_tracer_bytes(),
        size: Int(nettop_tracer_size()),
        name: "nettop"
      )
      let bucketCount = slots / Int(NETTOP_BUCKET_SLOTS)
      try object.resize("buckets", to: bucketCount)
      try object.resize("slots", to: slots)
      try object.resize("ended", to: endedBytes)
      try object.setConstants(
        ".rodata.config",
        nettop_config(
          buckets: UInt32(bucketCount),
          changes: try object.entries("changes"),
          wakeup_bytes: UInt32(endedBytes / 2),
          reserved: 0,
          secret: .random(in: 0 ... .max)
        )
      )
      let features = KernelFeatures()
      passProgram = features.typedCast ? "pass_typed" : "pass_untyped"
      acceptsSeen = features.functionHooks
      try object.enable(passProgram, true)
      try object.enable("inet_accept", acceptsSeen)
      try object.load()
      status = try SharedMap(try object.map("status"))
      changes = try SharedMap(try object.map("changes"))
      buckets = try SharedMap(try object.map("buckets"))
      foundHolders = try SharedMap(try object.map("holders"))
      ended = try RingBuffer(try object.map("ended"))
      files = try object.attach("scan_files")
      sockets = try object.attach("scan_namespace")
    } catch {
      throw Kernel.explain(error, said: LibbpfLog.take())
    }
    try follow(true)
  }

  /// Attaches the programs that see openings and ends, or detaches them.
  func follow(_ following: Bool) throws(TracerError) {
    lifecycle = []
    guard following else { return }
    do throws(Errno) {
      lifecycle = [try object.attach("state_by_process"), try object.attach("state_by_packet")]
      if acceptsSeen { lifecycle.append(try object.attach("inet_accept")) }
    } catch {
      throw Kernel.explain(error, said: LibbpfLog.take())
    }
  }

  /// Readable when ends pile up before the next pass.
  var descriptor: Int32 { ended.descriptor }

  /// Counts of the kernel side.
  private var counts: UnsafeMutablePointer<nettop_status> {
    // The map has one entry, as it is declared.
    status.values.baseAddress.unsafelyUnwrapped
  }

  var tableFull: UInt64 { counts.pointee.table_full }
  var recordsLost: UInt64 { counts.pointee.ended_full }

  /// What a pass found.
  struct Pass {
    /// Sockets that are followed.
    var tracked = 0
    /// Sockets held by a process that is not known: at most, that of the listener is.
    var unsettled = 0
    /// Sockets that ended unseen and whose memory is another's: their last figures are lost.
    var stale = 0
  }

  /// Compares all sockets with what was last reported and hands over those that changed.
  func pass(_ receive: (nettop_record) -> Void) throws(Errno) -> Pass {
    counts.pointee.tracked = 0
    counts.pointee.unsettled = 0
    counts.pointee.stale = 0
    counts.pointee.next = 0
    repeat {
      counts.pointee.first = counts.pointee.next
      counts.pointee.next = 0
      counts.pointee.changed = 0
      try object.run(passProgram)
      for index in 0..<min(Int(counts.pointee.changed), changes.count) {
        receive(changes.values[index])
      }
    } while counts.pointee.next > counts.pointee.first
    return Pass(
      tracked: Int(counts.pointee.tracked),
      unsettled: Int(counts.pointee.unsettled),
      stale: Int(counts.pointee.stale)
    )
  }

  /// Hands over the final records that wait.
  func drain(_ receive: (nettop_record) -> Void) {
    ended.drain(receive)
  }

  /// The cookies of all sockets that are followed at this moment.
  func liveCookies() -> Set<UInt64> {
    var cookies: Set<UInt64> = []
    for bucket in buckets.values {
      for index in bucket.indices where bucket[index] != 0 { cookies.insert(bucket[index]) }
    }
    return cookies
  }

  /// Looks at the open files of all processes: finds sockets that are not followed, and confirms
  /// or corrects the owners of those that are.
  func scanFiles() throws(Errno) {
    counts.pointee.scan &+= 1
    counts.pointee.scan_assigns = 0
    counts.pointee.holders = 0
    try files.iterate()
    counts.pointee.scan_assigns = 1
    try files.iterate()
  }

  /// The processes that the last scan found with a socket that is another's.
  var holders: UnsafeMutableBufferPointer<nettop_holder>.SubSequence {
    foundHolders.values.prefix(Int(counts.pointee.holders))
  }

  /// Those beyond, for which there was no room.
  var holdersFull: Int { max(0, Int(counts.pointee.holders) - foundHolders.count) }

  /// Finds sockets without a file in some namespaces, each given by a file descriptor.
  ///
  /// Visits them on a thread of its own, as a thread that enters a namespace stays there.
  func scanNamespaces(_ descriptors: [Int32]) {
    let sockets = Unmanaged.passUnretained(self.sockets)
    onOwnThread {
      for descriptor in descriptors where setns(descriptor, NETTOP_CLONE_NEWNET) == 0 {
        // A namespace that cannot be read leaves its sockets to the files.
        try? sockets.takeUnretainedValue().iterate()
      }
    }
  }
}
