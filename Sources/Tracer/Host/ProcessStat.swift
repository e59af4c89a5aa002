import Glibc

/// The fields of `/proc/PID/stat` that are of use here.
struct ProcessStat: Hashable, Sendable {
  let name: String
  /// Field 4, 0 where it has none.
  let parent: Int32
  /// Field 9, `task_struct.flags`.
  private let flags: UInt32
  /// Field 20.
  let threads: Int
  /// Field 22, in clock ticks since boot.
  let startTicks: UInt64

  /// How long a tick of `startTicks` is.
  static let nanosecondsPerTick = 1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))

  /// Whether it is a thread of the kernel: `PF_KTHREAD`.
  var isKernelThread: Bool { flags & 0x0020_0000 != 0 }

  /// The name in field 2 may hold anything, so fields are counted from its closing parenthesis.
  init?(_ bytes: [UInt8]) {
    guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
      let close = bytes.lastIndex(of: UInt8(ascii: ")")), open < close
    else { return nil }
    let fields = bytes[(close + 1)...].split(separator: UInt8(ascii: " "))
    func number<Number: FixedWidthInteger>(_ field: Int, _ type: Number.Type) -> Number? {
      field - 3 < fields.count ? Number(String(decoding: fields[field - 3], as: UTF8.self)) : nil
    }
    guard let parent = number(4, Int32.self), let flags = number(9, UInt32.self),
      let threads = number(20, Int.self), let startTicks = number(22, UInt64.self)
    else { return nil }
    name = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
    self.parent = parent
    self.flags = flags
    self.threads = threads
    self.startTicks = startTicks
  }
}

extension ProcFS {
  /// What `/proc/PID/stat` has; `nil` if there is no such process.
  func processStat(_ pid: Int32) -> ProcessStat? {
    read("\(pid)/stat").flatMap(ProcessStat.init)
  }
}
