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

  /// Without a chunk yet. Once it is created.
  init(_ outer: OpaquePointer, of chunk: Chunk) {
    self.outer = outer
    self.chunk = chunk
  }

  /// How many entries there are in all chunks.
  var entries: Int { count * chunk.entries }

  /// What the kernel takes for all chunks, in bytes.
  var bytes: UInt64 { UInt64(count) * chunk.bytes }

  /// How many chunks are created before they are added.
  private static let together = 16

  /// Adds chunks until there are this many entries. Those that were added stay after a failure.
  func grow(to entries: Int) throws(Errno) {
    while self.entries < entries {
      let missing = (entries - self.entries + chunk.entries - 1) / chunk.entries
      var created: [Int32] = []
      // The array of maps keeps them.
      defer { for descriptor in created { close(descriptor) } }
      var shortage: Errno?
      for _ in 0..<min(missing, Self.together) where shortage == nil {
        do throws(Errno) { created.append(try chunk.create()) } catch { shortage = error }
      }
      try add(created)
      if let shortage { throw shortage }
    }
  }

  /// Adds them in one system call where the kernel can: after each, it waits for all programs that
  /// run, for milliseconds.
  private func add(_ created: [Int32]) throws(Errno) {
    var created = created
    var places = (0..<created.count).map { UInt32(count + $0) }
    var added = UInt32(created.count)
    if bpf_map_update_batch(bpf_map__fd(outer), &places, &created, &added, nil) == 0 {
      count += created.count
      return
    }
    for (place, descriptor) in zip(places, created) {
      var (place, descriptor) = (place, descriptor)
      guard bpf_map_update_elem(bpf_map__fd(outer), &place, &descriptor, UInt64(BPF_ANY)) == 0
      else { throw Errno(rawValue: errno) }
      count += 1
    }
  }
}
