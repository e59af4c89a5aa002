package import Glibc
package import Synchronization

/// How a test starts a program.
package struct Spawn {
  /// A descriptor that the program has.
  package enum Descriptor {
    /// A copy of one of the tests' own.
    case copy(of: Int32, as: Int32)
    /// A file that is opened for it, with flags such as `O_RDWR`.
    case file(String, flags: Int32, as: Int32)
  }

  /// Why a program does not start.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Looked for in `PATH` where it has no slash. Bytes, since names need not be text.
  private let path: [UInt8]
  private let arguments: [[UInt8]]
  /// In their order.
  private let descriptors: [Descriptor]
  private let environment: [String: String]?
  private let isApart: Bool

  /// Held while a program starts, and by whoever makes a descriptor that none shall inherit.
  package static let inheritance = Mutex(())
  /// `POSIX_SPAWN_SETSID`, which is hidden from Swift.
  private static let newSession: Int32 = 0x80

  /// - Parameters:
  ///   - arguments: with the name of the program, which comes first.
  ///   - environment: `nil` for that of the tests.
  ///   - isApart: whether it has a session of its own, and no signal is ignored: no terminal and no
  ///     signals of whoever runs the tests.
  package init(
    path: [UInt8],
    arguments: [[UInt8]],
    descriptors: [Descriptor],
    environment: [String: String]? = nil,
    isApart: Bool = false
  ) {
    self.path = path
    self.arguments = arguments
    self.descriptors = descriptors
    self.environment = environment
    self.isApart = isApart
  }

  /// - Parameter words: the program and its arguments.
  package init(
    _ words: [String],
    descriptors: [Descriptor],
    environment: [String: String]? = nil,
    isApart: Bool = false
  ) {
    self.init(
      path: Array((words.first ?? "").utf8),
      arguments: words.map { Array($0.utf8) },
      descriptors: descriptors,
      environment: environment,
      isApart: isApart
    )
  }

  /// Starts it; the caller waits for its end.
  package func start() throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in descriptors {
      switch descriptor {
      case .copy(let own, let number): posix_spawn_file_actions_adddup2(&actions, own, number)
      case .file(let path, let flags, let number):
        posix_spawn_file_actions_addopen(&actions, number, path, flags, 0)
      }
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of a pool block signals, which a program would inherit.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let apart = isApart ? POSIX_SPAWN_SETSIGDEF | Self.newSession : 0
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | apart))

    let words = arguments.map(Self.cString)
    let variables = environment?.map { Self.cString(Array("\($0)=\($1)".utf8)) }
    let program = Self.cString(path)
    defer { for string in words + (variables ?? []) + [program] { string.deallocate() } }
    var pid: pid_t = 0
    let code = Self.inheritance.withLock { _ in
      guard let variables else {
        return posix_spawnp(&pid, program, &actions, &attributes, words + [nil], environ)
      }
      return posix_spawnp(&pid, program, &actions, &attributes, words + [nil], variables + [nil])
    }
    if code != 0 {
      let name = String(decoding: path, as: UTF8.self)
      throw Failure(description: "\(name): \(String(cString: strerror(code)))")
    }
    return pid
  }

  private static func cString(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { copy[index] = CChar(truncatingIfNeeded: byte) }
    copy[bytes.count] = 0
    return copy
  }
}
