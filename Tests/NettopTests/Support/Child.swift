import Glibc
import TestSupport
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
    // Their own numbers may be among the targets, so they go through high ones.
    let numbers = descriptors.indices.map(Int32.init)
    let high = zip(descriptors, numbers).map { Spawn.Descriptor.copy(of: $0, as: 900 + $1) }
    let kept = numbers.map { Spawn.Descriptor.copy(of: 900 + $0, as: 3 + $0) }
    pid = try Spawn(
      path: path,
      arguments: arguments,
      descriptors: [
        .file("/dev/null", flags: O_RDONLY, as: 0), .copy(of: output, as: 1),
        .copy(of: errors, as: 2),
      ] + high + kept,
      environment: environment,
      isApart: true
    ).start()
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

  /// All that it has written to standard error so far.
  var errorsSoFar: String { String(decoding: Child.contents(of: errors), as: UTF8.self) }

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
}
