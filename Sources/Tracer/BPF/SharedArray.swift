internal import CLibbpf
import Glibc
import SystemPackage

/// The only entry of a BPF array map, in memory that the kernel shares.
final class SharedValue<Value: BitwiseCopyable> {
  private let pages: SharedPages

  /// Maps the memory of a map made with `BPF_F_MMAPABLE`, whose value is of type `Value`.
  init(_ map: OpaquePointer) throws(Errno) {
    let array = try SharedArray<Value>(map)
    pages = try SharedPages(array.descriptor, 0..<MemoryLayout<Value>.stride, isWritable: true)
  }

  /// The value. Programs write it whenever they run.
  var pointer: UnsafeMutablePointer<Value> {
    pages.address.assumingMemoryBound(to: Value.self)
  }
}

/// The entries of a BPF array map, which are read in memory that the kernel shares.
struct SharedArray<Value: BitwiseCopyable> {
  /// That of the map, which has to stay open.
  fileprivate let descriptor: Int32
  let count: Int

  /// For a map made with `BPF_F_MMAPABLE`, whose values are of type `Value`.
  init(_ map: OpaquePointer) throws(Errno) {
    let size = Int(bpf_map__value_size(map))
    guard size == MemoryLayout<Value>.stride, size % 8 == 0 else { throw .invalidArgument }
    descriptor = bpf_map__fd(map)
    count = Int(bpf_map__max_entries(map))
  }

  /// Calls `body` with the first entries, at most as many as there are. Programs write them whenever
  /// they run.
  func read<Result>(
    first wanted: Int,
    _ body: (UnsafeBufferPointer<Value>) -> Result
  ) throws(Errno) -> Result {
    let wanted = min(wanted, count)
    guard wanted > 0 else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    let pages = try SharedPages(descriptor, 0..<wanted * MemoryLayout<Value>.stride)
    return body(
      UnsafeBufferPointer(start: pages.address.assumingMemoryBound(to: Value.self), count: wanted)
    )
  }
}
