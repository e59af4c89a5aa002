import Glibc

/// What a load has done so far, in memory that it shares with the bench.
///
/// Each word has one writer, and both sides go through the kernel between two looks at it.
struct SharedCount {
  let descriptor: Int32
  private let words: UnsafeMutablePointer<UInt64>

  /// The descriptor that a load finds it at.
  static let inherited: Int32 = 3

  /// Makes one.
  init() throws {
    var path = Array("/dev/shm/nettop-bench-XXXXXX".utf8CString)
    let descriptor = try BenchError.check(mkstemp(&path), "mkstemp")
    unlink(path)
    try BenchError.check(fcntl(descriptor, F_SETFD, FD_CLOEXEC), "fcntl")
    try BenchError.check(ftruncate(descriptor, 4096), "ftruncate")
    try self.init(descriptor: descriptor)
  }

  /// Takes over one that was made.
  init(descriptor: Int32) throws {
    let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw BenchError.system("mmap") }
    self.descriptor = descriptor
    words = memory.assumingMemoryBound(to: UInt64.self)
  }

  func discard() {
    munmap(words, 4096)
    close(descriptor)
  }

  /// Written by the load.
  var done: UInt64 {
    get { words[0] }
    nonmutating set { words[0] = newValue }
  }

  /// Written by the bench: the load goes on as long as it is set.
  var isWanted: Bool {
    get { words[8] != 0 }
    nonmutating set { words[8] = newValue ? 1 : 0 }
  }

  /// Written by the bench: in which of its two namespaces a load works that has two.
  var side: UInt64 {
    get { words[16] }
    nonmutating set { words[16] = newValue }
  }
}
