internal import CLibbpf
import Glibc
import SystemPackage

/// Records that BPF programs send through a buffer for each CPU, for kernels that have no ring
/// buffer. Only those of one CPU are in order.
final class PerfBuffer {
  private let buffer: OpaquePointer
  private let sink: Unmanaged<PerfSink>

  /// Makes the buffers of a map, for all CPUs that are online.
  ///
  /// - Parameter bytes: of each buffer: a power of two, and at least a page.
  init(_ map: OpaquePointer, bytes: Int) throws(Errno) {
    let pages = bytes / Int(sysconf(Int32(_SC_PAGESIZE)))
    guard bytes > 0, bytes & (bytes - 1) == 0, pages > 0 else { throw .invalidArgument }
    // User space reads at intervals, and has to be woken only when a buffer fills sooner.
    var output = nettop_program_output(UInt32(clamping: bytes / 4))
    let sink = Unmanaged.passRetained(PerfSink())
    let created = perf_buffer__new_raw(
      bpf_map__fd(map),
      pages,
      &output,
      { context, _, header in
        if let context, let header {
          let sink = Unmanaged<PerfSink>.fromOpaque(context).takeUnretainedValue()
          sink.take(UnsafeRawPointer(header))
        }
        return LIBBPF_PERF_EVENT_CONT
      },
      sink.toOpaque(),
      nil
    )
    guard let created else {
      sink.release()
      throw Errno(rawValue: errno)
    }
    buffer = created
    self.sink = sink
  }

  deinit {
    perf_buffer__free(buffer)
    sink.release()
  }

  /// Readable when a quarter of a buffer was written. Reading it is no substitute for draining at
  /// intervals: what comes while nobody waits for it may make it readable only with the next quarter.
  var descriptor: Int32 { perf_buffer__epoll_fd(buffer) }

  /// Records that found no room, as far as the kernel has told: it does with the next that finds
  /// some.
  var lost: UInt64 { sink.takeUnretainedValue().lost }

  /// Hands over all records that wait. A record can be longer than what the program sent, by less
  /// than 8 bytes.
  func drain(_ receive: (UnsafeRawBufferPointer) -> Void) {
    sink.takeUnretainedValue().handOver(to: receive) { perf_buffer__consume(buffer) }
  }
}

private final class PerfSink: RecordSink {
  var lost: UInt64 = 0

  /// Takes an entry: `struct perf_event_header`, and what `perf_event_open(2)` says of its type.
  func take(_ entry: UnsafeRawPointer) {
    let header = entry.loadUnaligned(as: perf_event_header.self)
    let body = UnsafeRawBufferPointer(start: entry, count: Int(header.size))
      .dropFirst(MemoryLayout<perf_event_header>.size)
    switch header.type {
    case PERF_RECORD_SAMPLE.rawValue where body.count >= 4:
      // Its length, and the record.
      let size = Int(UnsafeRawBufferPointer(rebasing: body).loadUnaligned(as: UInt32.self))
      receive?(UnsafeRawBufferPointer(rebasing: body.dropFirst(4).prefix(size)))
    case PERF_RECORD_LOST.rawValue where body.count >= 16:
      // The identity of the buffer, and how many.
      lost += UnsafeRawBufferPointer(rebasing: body)
        .loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    default:
      break
    }
  }
}
