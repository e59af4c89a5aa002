import Glibc

/// How large the table of sockets is made.
enum TableSize {
  /// Slots for each connection of the capacity: beyond this the two buckets of a socket can both be
  /// full. At this load that happens to one of a hundred million.
  static let slotsPerConnection = 2.5

  /// `struct tracked` of the kernel half, and its cookie in a bucket.
  static let bytesPerSlot = 160

  /// The least number of slots: 20,000 connections.
  private static let least = 1 << 16
  /// The most that is chosen unasked: 100,000 connections, in 42 MB.
  private static let mostByDefault = 1 << 18
  private static let most = 1 << 26

  /// The slots for this many connections; unasked, by the host's memory and the sockets it has.
  static func slots(capacity: Int?, proc: ProcFS) -> Int {
    if let capacity {
      return powerOfTwo(atLeast: min(max(slots(for: capacity), 1024), most))
    }
    let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    // A thousandth of the memory, at 160 bytes a slot.
    let byMemory = min(powerOfTwo(atLeast: memory / 1000 / bytesPerSlot), mostByDefault)
    return max(byMemory, powerOfTwo(atLeast: slots(for: 2 * sockets(proc))), least)
  }

  static func powerOfTwo(atLeast number: Int) -> Int {
    number <= 1 ? 1 : 1 << (Int.bitWidth - (number - 1).leadingZeroBitCount)
  }

  private static func slots(for capacity: Int) -> Int {
    Int((Double(min(capacity, most)) * slotsPerConnection).rounded(.up))
  }

  /// The TCP sockets of the host, in all namespaces: `alloc` of `/proc/net/sockstat`.
  private static func sockets(_ proc: ProcFS) -> Int {
    guard let bytes = proc.read("net/sockstat") else { return 0 }
    let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    guard let index = words.firstIndex(of: "alloc"), index + 1 < words.count else { return 0 }
    return Int(words[index + 1]) ?? 0
  }
}
