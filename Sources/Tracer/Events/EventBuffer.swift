internal import CLibbpf
import Glibc
import SystemPackage

/// What events reach user space through.
enum EventBuffer {
  case ring(RingBuffer)
  case perf(PerfBuffer)

  /// Sets how much room there is, and what is not needed for it. Before the object is loaded.
  ///
  /// - Parameter bytes: for each CPU: a power of two, and at least a page.
  static func prepare(
    _ transport: StateEvents.Transport,
    _ object: BPFObject,
    bytes: Int
  ) throws(Errno) {
    switch transport {
    case .ringBuffer:
      try object.leaveOut(map: "event_buffers")
      try object.resize(
        "event_ring",
        to: ringBytes(bytes, cpus: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
      )
    case .perfBuffers:
      try object.leaveOut(map: "event_ring")
    }
  }

  /// The most that the ring buffer of a host with many CPUs takes, in bytes of the kernel's memory:
  /// room for 490,000 events.
  private static let mostRingBytes = 64 << 20

  /// The size of a ring buffer with so much room for each CPU: a power of two.
  static func ringBytes(_ bytes: Int, cpus: Int) -> Int {
    var size = bytes
    while size < min(bytes * cpus, mostRingBytes) { size *= 2 }
    return size
  }

  /// Opens it, once the object is loaded.
  init(_ transport: StateEvents.Transport, _ object: BPFObject, bytes: Int) throws(Errno) {
    switch transport {
    case .ringBuffer: self = .ring(try RingBuffer(try object.map("event_ring")))
    case .perfBuffers: self = .perf(try PerfBuffer(try object.map("event_buffers"), bytes: bytes))
    }
  }

  /// Readable when a quarter of it was written.
  var descriptor: Int32 {
    switch self {
    case .ring(let ring): ring.descriptor
    case .perf(let buffers): buffers.descriptor
    }
  }

  /// Events that the kernel counted as lost; others the programs count.
  var lost: UInt64 {
    switch self {
    case .ring: 0
    case .perf(let buffers): buffers.lost
    }
  }

  /// Hands over all that waits.
  func drain(_ receive: (UnsafeRawBufferPointer) -> Void) {
    switch self {
    case .ring(let ring): ring.drain(receive)
    case .perf(let buffers): buffers.drain(receive)
    }
  }
}
