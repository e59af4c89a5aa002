internal import CLibbpf
import Glibc
import SystemPackage

/// An array in chunks, each a BPF map of its own: an array of maps in the kernel, to which chunks are
/// added as room is needed. None can be taken away.
final class ChunkedMap {
  /// What each chunk is like.
  struct Chunk {
    private let type: bpf_map_type
    private let keySize: UInt32
    private let valueSize: UInt32
    /// How many entries it has.
    let entries: Int

    /// As the inner map of an array of maps is declared; `nil` for any other map. Before `load`.
    init?(of outer: OpaquePointer) {
      guard let inner = bpf_map__inner_map(outer) else { return nil }
      type = bpf_map__type(inner)
      keySize = bpf_map__key_size(inner)
      valueSize = bpf_map__value_size(inner)
      entries = Int(bpf_map__max_entries(inner))
    }

    /// What the kernel takes for one, in bytes.
    var bytes: UInt64 { UInt64(valueSize) * UInt64(entries) }

    /// Creates one; its descriptor is the caller's.
    func create() throws(Errno) -> Int32 {
      let created = bpf_map_create(type, nil, keySize, valueSize, UInt32(clamping: entries), nil)
      guard created >= 0 else { throw Errno(rawValue: errno) }
      return created
    }
  }

  private let outer: OpaquePointer
  private let chunk: Chunk
  /// How many there are.
  private(set) var count = 0

  /// Without a chunk yet. After `load`.
  init(_ outer: OpaquePointer, of chunk: Chunk) {
    self.outer = outer
    self.chunk = chunk
  }

  /// How many entries there are in all chunks.
  var entries: Int { count * chunk.entries }

  /// What the kernel takes for all chunks, in bytes.
  var bytes: UInt64 { UInt64(count) * chunk.bytes }

  /// Adds chunks until there are this many entries. Those that were added stay after a failure.
  func grow(to entries: Int) throws(Errno) {
    while self.entries < entries {
      var descriptor = try chunk.create()
      // The array of maps keeps it.
      defer { close(descriptor) }
      var index = UInt32(count)
      guard
        bpf_map_update_elem(bpf_map__fd(outer), &index, &descriptor, UInt64(BPF_ANY)) == 0
      else { throw Errno(rawValue: errno) }
      count += 1
    }
  }
}
