internal import CLibbpf
import Glibc
import SystemPackage

/// Records that BPF programs send through a ring buffer.
final class RingBuffer {
  private let buffer: OpaquePointer
  private let sink: Unmanaged<RecordSink>

  init(_ map: OpaquePointer) throws(Errno) {
    let sink = Unmanaged.passRetained(RecordSink())
    let created = ring_buffer__new(
      bpf_map__fd(map),
      { context, data, size in
        guard let context, let data else { return 0 }
        let sink = Unmanaged<RecordSink>.fromOpaque(context).takeUnretainedValue()
        sink.receive?(UnsafeRawBufferPointer(start: data, count: size))
        return 0
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

  /// Hands over all records that wait.
  func drain(_ receive: (UnsafeRawBufferPointer) -> Void) {
    sink.takeUnretainedValue().handOver(to: receive) { ring_buffer__consume(buffer) }
  }
}
