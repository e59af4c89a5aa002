internal import CLibbpf
import Glibc
import SystemPackage

/// Records that BPF programs send through a ring buffer.
final class RingBuffer {
  private let buffer: OpaquePointer
  private let sink: Unmanaged<RingSink>
  /// How much room it has, in bytes.
  private let room: Int

  init(_ map: OpaquePointer) throws(Errno) {
    room = Int(bpf_map__max_entries(map))
    let sink = Unmanaged.passRetained(RingSink())
    let created = ring_buffer__new(
      bpf_map__fd(map),
      { context, data, size in
        guard let context, let data else { return 0 }
        let sink = Unmanaged<RingSink>.fromOpaque(context).takeUnretainedValue()
        return sink.take(UnsafeRawBufferPointer(start: data, count: size)) ? 0 : -ECANCELED
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
    ring_buffer__free(buffer)
    sink.release()
  }

  /// Readable when a program asked for attention.
  var descriptor: Int32 { ring_buffer__epoll_fd(buffer) }

  /// Hands over all records that wait. Of those that come meanwhile it leaves some for the next time,
  /// as programs on many CPUs can be faster than one reader.
  func drain(_ receive: (UnsafeRawBufferPointer) -> Void) {
    let sink = sink.takeUnretainedValue()
    sink.left = room
    sink.handOver(to: receive) { ring_buffer__consume(buffer) }
  }
}

private final class RingSink: RecordSink {
  /// How many bytes of the buffer are still to be read.
  var left = 0

  /// - Returns: whether to go on. libbpf counts the record as read in any case.
  func take(_ record: UnsafeRawBufferPointer) -> Bool {
    receive?(record)
    // Each record has a header of 8 bytes (`BPF_RINGBUF_HDR_SZ`) and begins at a multiple of 8.
    left -= 8 + (record.count + 7) & ~7
    return left > 0
  }
}
