internal import CLibbpf
internal import CTracer
import Connections
import Glibc
import SystemPackage

/// The events of all TCP sockets of the host, in all namespaces: changes of state and resets. Needs
/// Linux 4.15 and no BTF. Ends with all that it attached.
final class StateEvents {
  private let object: BPFObject
  private let buffer: EventBuffer
  private var reader: StateEventReader
  private var order = StateEventOrder()
  private var suspended = SuspendedTime()
  private let programs: [(name: String, tracepoint: UInt64)]
  private var links: [BPFLink] = []

  /// How events reach user space.
  enum Transport: CaseIterable {
    /// By a ring buffer that all CPUs share. Since Linux 5.8.
    case ringBuffer
    /// By a buffer for each CPU.
    case perfBuffers

    /// The faster one of those that this kernel has.
    static var best: Transport {
      libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, nil) == 1 ? .ringBuffer : .perfBuffers
    }

    /// The names of its programs end with it.
    fileprivate var suffix: String { self == .ringBuffer ? "ring" : "buffer" }
  }

  /// Bytes for the events of each CPU, unless it is chosen otherwise: room for 3,600 events, which
  /// both ends of 360 connections have.
  static let bufferBytes = 512 << 10

  /// How long an event may take from its time to its buffer, in nanoseconds.
  private static let settling: UInt64 = 1_000_000

  /// Loads the programs and begins to collect events.
  ///
  /// - Parameters:
  ///   - bufferBytes: for each CPU: a power of two, and at least a page. A ring buffer has as much
  ///     as those of all CPUs, up to 64 MiB.
  ///   - clock: gives the times of events.
  ///   - transport: `nil` for the best.
  init(
    bufferBytes: Int = bufferBytes,
    clock: BootClock = BootClock(),
    transport: Transport? = nil
  ) throws(SourceError) {
    LibbpfLog.capture()
    let transport = transport ?? .best
    do throws(Errno) {
      guard let tracepoints = StateTracepoints(try TraceFS()),
        let reader = StateEventReader(tracepoints, clock: clock)
      else { throw Errno.noSuchFileOrDirectory }
      self.reader = reader
      object = try BPFObject(
        bytes: nettop_events_bytes(),
        size: Int(nettop_events_size()),
        name: "nettop_events"
      )
      var programs = [("state_to_", tracepoints.changed)]
      if let format = tracepoints.resetReceived, reader.readsResets.received {
        programs.append(("received_to_", format))
      }
      if let format = tracepoints.resetSent, reader.readsResets.sent {
        programs.append(("sent_to_", format))
      }
      if let format = tracepoints.destroyed, reader.readsDestroyed {
        programs.append(("destroyed_to_", format))
      }
      self.programs = programs.map { ($0.0 + transport.suffix, $0.1.id) }
      for program in self.programs { try object.enable(program.name, true) }
      try EventBuffer.prepare(transport, object, bytes: bufferBytes)
      try object.load()
      buffer = try EventBuffer(transport, object, bytes: bufferBytes)
    } catch {
      throw Self.explain(error, said: LibbpfLog.take())
    }
    try follow(true)
  }

  /// Whether events are collected.
  func follow(_ following: Bool) throws(SourceError) {
    links = []
    guard following else { return }
    do throws(Errno) {
      for (name, tracepoint) in programs {
        let event = nettop_open_tracepoint(tracepoint)
        guard event >= 0 else { throw Errno(rawValue: errno) }
        links.append(try object.attach(name, event: event))
      }
    } catch {
      throw Self.explain(error, said: LibbpfLog.take())
    }
  }

  /// Readable when events pile up before the next `drain`.
  var descriptor: Int32 { buffer.descriptor }

  /// Whether it reports resets that were received, and those that were sent.
  var seesResets: (received: Bool, sent: Bool) { reader.readsResets }

  /// Events that are missing: they found no room, or no program ran for them. Of those without room
  /// in a perf buffer the kernel tells when there is room again.
  var lost: UInt64 {
    buffer.lost + reader.unreadable + object.number("undelivered")
      + programs.reduce(0) { $0 + object.skipped($1.name) }
  }

  /// Hands over the events since the last time, in the order of their times. Never waits.
  ///
  /// - Parameter all: whether to hand over the events of the last millisecond too. One of another
  ///   CPU that came before them can still be on its way; without this, they are left for the next
  ///   time.
  func drain(all: Bool = false, _ receive: (StateEvent) -> Void) {
    let now = UInt64(clamping: BootClock.read(CLOCK_MONOTONIC))
    suspended.refresh()
    buffer.drain { entry in
      guard let event = reader.read(entry, suspended: suspended) else { return }
      order.add(event)
    }
    let end = all ? .max : now < Self.settling ? 0 : now - Self.settling
    for event in order.take(until: end) { receive(event) }
  }

  private static func explain(_ error: Errno, said: [String]) -> SourceError {
    let detail = Kernel.detail(error, said: said)
    if let refusal = Kernel.refusal(error, detail: detail) { return refusal }
    if error == .noSuchFileOrDirectory || error == Errno(rawValue: ENODEV) {
      return SourceError(
        .unsupported,
        "this kernel (\(Kernel.release)) has no tracepoint for changes of TCP's state",
        advice:
          "use Linux 4.15 or later, built with CONFIG_EVENT_TRACING as distribution kernels are",
        detail: detail
      )
    }
    return SourceError(
      .failed,
      "the kernel (\(Kernel.release)) refused the BPF programs for TCP events",
      advice: "please report it, with the line below",
      detail: detail
    )
  }
}
