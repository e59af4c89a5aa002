import Glibc
import Synchronization
import Testing

/// A program that a test started. What it writes goes to files without a name, so it never waits
/// for a reader. It does not outlive this object.
final class Child {
  struct Outcome {
    /// The exit status; `nil` if a signal ended it.
    let status: Int32?
    let signal: Int32?
    let output: [UInt8]
    let errors: [UInt8]

    var text: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
  }

  let pid: pid_t
  /// Held while a program starts, and by whoever makes a descriptor that none shall inherit.
  static let inheritance = Mutex(())
  /// `POSIX_SPAWN_SETSID`, which is hidden from Swift.
  private static let newSession: Int32 = 0x80

  private let output: Int32
  private let errors: Int32
  private var waitStatus: Int32?

  /// What every program is started with: nothing of the user's own.
  static let environment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    // A crash under test shall not be examined for seconds.
    "SWIFT_BACKTRACE": "enable=no",
  ]

  convenience init(_ words: [String], environment: [String: String] = Child.environment) throws {
    try self.init(
      path: Array((words.first ?? "").utf8),
      arguments: words.map { Array($0.utf8) },
      environment: environment
    )
  }

  /// - Parameters:
  ///   - path: looked for in PATH where it has no slash. Bytes, since names need not be text.
  ///   - keeping: descriptors that it has too, from number 3 on.
  init(
    path: [UInt8],
    arguments: [[UInt8]],
    environment: [String: String] = Child.environment,
    keeping descriptors: [Int32] = []
  ) throws {
    output = try Child.namelessFile()
    errors = try Child.namelessFile()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    // Their own numbers may be among the targets, so they go through high ones.
    for (index, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(900 + index))
    }
    for index in descriptors.indices {
      posix_spawn_file_actions_adddup2(&actions, Int32(900 + index), Int32(3 + index))
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    // A session of its own: no terminal and no signals of whoever runs the tests.
    let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | Child.newSession
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let words = arguments.map(Child.cString)
    let variables = environment.map { Child.cString(Array("\($0)=\($1)".utf8)) }
    defer { for string in words + variables { string.deallocate() } }
    let program = Child.cString(path)
    defer { program.deallocate() }
    var pid: pid_t = 0
    let code = Child.inheritance.withLock { _ in
      posix_spawnp(&pid, program, &actions, &attributes, words + [nil], variables + [nil])
    }
    try #require(code == 0, "\(String(decoding: path, as: UTF8.self)): error \(code)")
    self.pid = pid
  }

  deinit {
    if waitStatus == nil {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      waitpid(pid, &status, 0)
    }
    close(output)
    close(errors)
  }

  /// Whether it has not ended yet.
  var isRunning: Bool {
    if waitStatus != nil { return false }
    var status: Int32 = 0
    if waitpid(pid, &status, WNOHANG) == pid { waitStatus = status }
    return waitStatus == nil
  }

  /// All that it has written to standard output so far.
  var outputSoFar: String { String(decoding: Child.contents(of: output), as: UTF8.self) }

  /// Waits for its end.
  func outcome(sourceLocation: SourceLocation = #_sourceLocation) async throws -> Outcome {
    let hasEnded = try await eventually(within: .seconds(90)) { !isRunning }
    let errorText = String(decoding: Child.contents(of: errors), as: UTF8.self)
    try #require(hasEnded, "It did not end: \(errorText)", sourceLocation: sourceLocation)
    let status = waitStatus ?? 0
    let signal = status & 0x7f
    return Outcome(
      status: signal == 0 ? (status >> 8) & 0xff : nil,
      signal: signal == 0 ? nil : signal,
      output: Child.contents(of: output),
      errors: Child.contents(of: errors)
    )
  }

  /// Runs a program to its end.
  static func run(
    _ words: [String],
    environment: [String: String] = Child.environment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Outcome {
    try await Child(words, environment: environment).outcome(sourceLocation: sourceLocation)
  }

  /// Runs a program that sets something up or takes it down, and waits for it.
  ///
  /// - Returns: whether it succeeded.
  @discardableResult
  static func perform(path: String, _ arguments: [[UInt8]]) throws -> Bool {
    let child = try Child(path: Array(path.utf8), arguments: [Array(path.utf8)] + arguments)
    var status: Int32 = 0
    waitpid(child.pid, &status, 0)
    child.waitStatus = status
    return status == 0
  }

  private static func namelessFile() throws -> Int32 {
    var template = Array("/tmp/nettop-test-XXXXXX\0".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    return descriptor
  }

  private static func contents(of descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = pread(descriptor, &piece, piece.count, bytes.count)
      if count <= 0 { return bytes }
      bytes += piece.prefix(count)
    }
  }

  private static func cString(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[bytes.count] = 0
    return copy
  }
}
