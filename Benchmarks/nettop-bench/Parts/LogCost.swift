import Glibc

/// `nettop log`, whose lines go nowhere.
struct LogCost {
  private let arguments: [String]

  /// - Parameter arguments: those that choose the source.
  init(_ arguments: [String]) {
    self.arguments = arguments
  }

  /// The memory that is resident after so many seconds in which 1 % of the connections talk, others
  /// each time.
  func memory(after seconds: Int, of holders: Holders) throws -> Double {
    let null = try BenchError.check(open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null")
    defer { close(null) }
    var command = Command(arguments: [try Command.nettop, "log"] + arguments)
    command.descriptors = [STDIN_FILENO: null, STDOUT_FILENO: null]
    let pid = try command.start()
    defer {
      kill(pid, SIGTERM)
      while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    }
    for _ in 0..<seconds {
      Clocks.sleep(1)
      try holders.touch()
    }
    let resident = ProcessMemory.field("VmRSS", of: "\(pid)")
    guard resident > 0 else { throw BenchError("nettop log ended") }
    return resident
  }
}
