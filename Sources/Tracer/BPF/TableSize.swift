import Glibc

/// How large the table of sockets is: its slots at first, and how many there can be once it has grown.
/// Both are powers of two, and `most` is `first` multiplied by a power of `NETTOP_TABLE_GROWTH`.
struct TableSize {
  let first: Int
  let most: Int

  /// Slots for each connection of the capacity: beyond this the two buckets of a socket can both be
  /// full. At this load that happens to one of a million by a model of the table, and to one of 50,000
  /// where 64 CPUs share the smallest.
  static let slotsPerConnection = 2.5

  /// `struct tracked` of the kernel half, and its cookie in a bucket.
  static let bytesPerSlot = 160

  /// What it begins with at least: 13,000 connections, in 5 MB.
  private static let leastFirst = 1 << 15
  /// What it can grow to at least: 52,000 connections, in 21 MB.
  private static let leastMost = 1 << 17
  /// The most that it grows to unasked: 200,000 connections, in 84 MB.
  private static let mostByDefault = 1 << 19
  private static let most = 1 << 26

  static func powerOfTwo(atLeast number: Int) -> Int {
    number <= 1 ? 1 : 1 << (Int.bitWidth - (number - 1).leadingZeroBitCount)
  }

  private static func slots(for capacity: Int) -> Int {
    Int((Double(min(capacity, most)) * slotsPerConnection).rounded(.up))
  }

  /// The TCP sockets of the host, in all namespaces (`alloc` of `/proc/net/sockstat`), and the UDP
  /// sockets of this one, as no file counts all.
  private static func sockets(_ proc: ProcFS) -> Int {
    guard let bytes = proc.read("net/sockstat") else { return 0 }
    let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    func number(_ name: Substring, of proto: Substring) -> Int {
      guard let line = words.firstIndex(of: proto),
        let index = words[line...].firstIndex(of: name), index + 1 < words.count
      else { return 0 }
      return min(max(Int(words[index + 1]) ?? 0, 0), most)
    }
    return number("alloc", of: "TCP:") + number("inuse", of: "UDP:")
  }
}

extension TableSize {
  /// For this many connections; unasked, by the host's memory and the sockets it has.
  init(capacity: Int?, proc: ProcFS) {
    let present = Self.powerOfTwo(atLeast: Self.slots(for: 2 * Self.sockets(proc)))
    if let capacity {
      most = Self.powerOfTwo(atLeast: min(max(Self.slots(for: capacity), 1024), Self.most))
    } else {
      let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
      // A five-hundredth of the memory.
      let byMemory = Self.powerOfTwo(atLeast: memory / 500 / Self.bytesPerSlot)
      most = max(min(byMemory, Self.mostByDefault), present, Self.leastMost)
    }
    let wanted = min(max(present, Self.leastFirst), most)
    // It grows by a factor of four.
    first = (most / wanted).trailingZeroBitCount.isMultiple(of: 2) ? wanted : wanted * 2
  }
}
