internal import CLibbpf
import Glibc
import SystemPackage

/// Records that BPF programs send through a ring buffer.
///
/// Libbpf maps all of it, twice. Here are mapped only the records that wait, while they are read.
final class RingBuffer {
  /// Of the map, which has to stay open: readable when a program asked for attention.
  let descriptor: Int32
  /// How much room it has, in bytes: a power of two.
  private let room: Int
  /// Up to where records are read, which the kernel is told here.
  private let consumer: SharedPages
  /// Up to where records are written.
  private let producer: SharedPages

  /// Flags in the header of a record, beside its length. The kernel calls them `BIT`, but they are
  /// masks.
  private static let isBusy = UInt32(BPF_RINGBUF_BUSY_BIT)
  private static let isDiscarded = UInt32(BPF_RINGBUF_DISCARD_BIT)

  init(_ map: OpaquePointer) throws(Errno) {
    descriptor = bpf_map__fd(map)
    room = Int(bpf_map__max_entries(map))
    let page = SharedPages.pageSize
    consumer = try SharedPages(descriptor, 0..<8, isWritable: true)
    producer = try SharedPages(descriptor, page..<page + 8)
  }

  /// Hands over all records that wait. Of those that come meanwhile it leaves some for the next time,
  /// as programs on many CPUs can be faster than one reader; and all, if there is no memory. It takes
  /// its time then, as whoever waits for the descriptor calls it again at once.
  func drain(_ receive: (UnsafeRawBufferPointer) -> Void) {
    var left = room
    while left > 0 {
      let read = nettop_load_acquire(consumer.address)
      let written = nettop_load_acquire(producer.address)
      guard read < written else { return }
      // The memory of the records is mapped by the kernel twice in a row, so that none is parted.
      let start = 2 * SharedPages.pageSize + Int(read) & (room - 1)
      guard
        let pages = try? SharedPages(descriptor, start..<start + Int(written - read))
      else {
        usleep(10_000)
        return
      }
      let consumed = consume(pages.address, Int(written - read), from: read, &left, receive)
      if consumed == 0 { return }
    }
  }

  /// Hands over the records of a stretch until one that is still written, or as many as are left to
  /// be read.
  ///
  /// - Returns: how many bytes they have.
  private func consume(
    _ records: UnsafeMutableRawPointer,
    _ length: Int,
    from position: UInt64,
    _ left: inout Int,
    _ receive: (UnsafeRawBufferPointer) -> Void
  ) -> Int {
    var offset = 0
    while offset < length, left > 0 {
      let header = nettop_load_acquire_32(records + offset)
      if header & Self.isBusy != 0 { break }
      let isDiscarded = header & Self.isDiscarded != 0
      let size = Int(header & ~(Self.isBusy | Self.isDiscarded))
      if !isDiscarded {
        receive(
          UnsafeRawBufferPointer(start: records + offset + Int(BPF_RINGBUF_HDR_SZ), count: size)
        )
      }
      // Each record has a header, and begins at a multiple of 8.
      let taken = (Int(BPF_RINGBUF_HDR_SZ) + size + 7) & ~7
      offset += taken
      left -= taken
      nettop_store_release(consumer.address, position + UInt64(offset))
    }
    return offset
  }
}
