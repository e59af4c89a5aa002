import Glibc
import SystemPackage

/// Memory of a BPF map that the kernel shares, for as long as this lives.
///
/// All pages of such memory are in use from the moment it is mapped, whether they are read or not. So
/// it is mapped for as little and as long as it is needed.
struct SharedPages: ~Copyable {
  /// Where the first byte is that was asked for.
  let address: UnsafeMutableRawPointer
  private let start: UnsafeMutableRawPointer
  private let length: Int

  static var pageSize: Int { Int(sysconf(Int32(_SC_PAGESIZE))) }

  /// Maps bytes of a map.
  init(_ map: Int32, _ bytes: Range<Int>, isWritable: Bool = false) throws(Errno) {
    let page = Self.pageSize
    let first = bytes.lowerBound / page * page
    length = (bytes.upperBound - first + page - 1) / page * page
    let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
    guard let mapped = mmap(nil, length, protection, MAP_SHARED, map, off_t(first)),
      mapped != MAP_FAILED
    else { throw Errno(rawValue: errno) }
    start = mapped
    address = mapped + (bytes.lowerBound - first)
  }

  deinit {
    munmap(start, length)
  }
}
