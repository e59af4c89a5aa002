internal import CLibbpf
import Glibc
import SystemPackage

/// The entries of a BPF array map, in memory that the kernel shares.
final class SharedMap<Value: BitwiseCopyable> {
  private let address: UnsafeMutableRawPointer
  private let length: Int
  let count: Int

  /// Maps the memory of a map made with `BPF_F_MMAPABLE`, whose values are of type `Value`.
  init(_ map: OpaquePointer) throws(Errno) {
    let size = Int(bpf_map__value_size(map))
    guard size == MemoryLayout<Value>.stride, size % 8 == 0 else { throw .invalidArgument }
    count = Int(bpf_map__max_entries(map))
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    length = (count * size + page - 1) / page * page
    guard
      let mapped = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0),
      mapped != MAP_FAILED
    else { throw Errno(rawValue: errno) }
    address = mapped
  }

  deinit {
    munmap(address, length)
  }

  /// The entries. Programs write them whenever they run.
  var values: UnsafeMutableBufferPointer<Value> {
    UnsafeMutableBufferPointer(start: address.assumingMemoryBound(to: Value.self), count: count)
  }
}
