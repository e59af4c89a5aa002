import Dispatch
import TestSupport

/// A process in a namespace that makes traffic on request: `Tests/TestTraffic`.
final class Traffic: Sendable {
  /// A socket of the process.
  struct Socket: Sendable {
    /// Its file descriptor, which names it in commands.
    let fd: Int
    /// As the kernel answers `SO_COOKIE`.
    let cookie: UInt64
  }

  private let process: ChildProcess
  private let queue = DispatchQueue(label: "traffic")

  var pid: Int32 { process.pid }

  /// - Parameter namespace: a file such as `/run/netns/NAME`.
  init(in namespace: String) throws {
    guard let program = builtProgram("TestTraffic") else {
      throw HarnessError("TestTraffic is not beside the test bundle")
    }
    process = try ChildProcess([program, namespace])
    guard let line = try process.readLine(seconds: 60), line.starts(with: "ok ".utf8) else {
      process.end()
      throw HarnessError("TestTraffic does not start in \(namespace)")
    }
  }

  /// Kills the process, and with it those that it forked.
  func end() {
    process.end()
  }

  /// Has it run a command, and gives the words of its answer, or throws the kernel's refusal.
  @discardableResult
  func ask(_ command: String) async throws -> [String] {
    try await withCheckedThrowingContinuation { continuation in
      // A command can wait for another process: on a thread of its own.
      queue.async { [process] in
        continuation.resume(
          with: Result {
            try process.write(command)
            guard let line = try process.readLine(seconds: 120) else {
              throw HarnessError("process \(process.pid) left during \(command)")
            }
            let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
            guard words.first == "ok" else { throw Refusal(command: command, answer: words) }
            return Array(words.dropFirst())
          }
        )
      }
    }
  }

  /// A command that the kernel refused.
  struct Refusal: Error, CustomStringConvertible {
    let command: String
    let answer: [String]

    /// Such as `ECONNREFUSED`.
    var name: String { answer.last ?? "" }
    var description: String { "\(command): \(answer.joined(separator: " "))" }
  }
}

extension Traffic {
  /// Has it run a command that answers with a socket.
  func socket(_ command: String) async throws -> Socket {
    let answer = try await ask(command)
    guard answer.count == 2, let fd = Int(answer[0]), let cookie = UInt64(answer[1]) else {
      throw HarnessError("\(command): \(answer)")
    }
    return Socket(fd: fd, cookie: cookie)
  }

  /// - Parameter shared: with others at the same port (`SO_REUSEPORT`).
  func listen(
    _ host: String,
    _ port: UInt16,
    backlog: Int = 128,
    shared: Bool = false
  ) async throws -> Socket {
    try await socket("listen \(host) \(port) \(backlog)\(shared ? " shared" : "")")
  }

  /// A socket that is not connected yet.
  func socket(family: Int = 4) async throws -> Socket {
    try await socket("socket \(family)")
  }

  func connect(_ host: String, _ port: UInt16) async throws -> Socket {
    let made = try await socket(family: host.contains(":") ? 6 : 4)
    try await ask("connect \(made.fd) \(host) \(port)")
    return made
  }

  func accept(_ listener: Socket) async throws -> Socket {
    try await socket("accept \(listener.fd)")
  }

  /// The socket that its parent gave to a child by `SCM_RIGHTS`.
  func take(child: Child) async throws -> Socket {
    try await socket("tell \(child.number) take")
  }

  func accept(_ listener: Socket, child: Child) async throws -> Socket {
    try await socket("tell \(child.number) accept \(listener.fd)")
  }

  /// A process that it forked, which has its commands through it.
  struct Child: Sendable {
    let number: Int
    let pid: Int32
  }

  func fork() async throws -> Child {
    let answer = try await ask("fork")
    guard answer.count == 2, let number = Int(answer[0]), let pid = Int32(answer[1]) else {
      throw HarnessError("fork: \(answer)")
    }
    return Child(number: number, pid: pid)
  }
}
