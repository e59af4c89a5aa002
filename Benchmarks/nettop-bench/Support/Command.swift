import Glibc

/// A program with its arguments, and what it finds as its open files.
struct Command {
  var arguments: [String]
  /// The bench's descriptors that it gets, by the number it gets them as.
  var descriptors: [Int32: Int32] = [:]
  /// A terminal that it is started on, in a session of its own.
  var terminal: String?

  /// `POSIX_SPAWN_SETSID`, which Swift's Glibc leaves out.
  private static let newSession: Int16 = 0x80

  /// This program, which is its own helper.
  static var bench: String {
    get throws {
      guard let path = realpath("/proc/self/exe", nil) else { throw BenchError.system("realpath") }
      defer { free(path) }
      return String(cString: path)
    }
  }

  /// The `nettop` that was built beside it.
  static var nettop: String {
    get throws {
      let directory = try bench.split(separator: "/").dropLast()
      let path = "/" + (directory + ["nettop"]).joined(separator: "/")
      guard access(path, X_OK) == 0 else { throw BenchError("there is no \(path): make build") }
      return path
    }
  }

  /// Starts it. Whatever the bench runs under, it has this environment.
  func start() throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    if let terminal {
      posix_spawnattr_setflags(&attributes, Self.newSession)
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, terminal, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
      posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
    }
    for (number, descriptor) in descriptors {
      posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    }
    let environment = [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "TERM=xterm-256color", "LANG=C.UTF-8", "HOME=/",
    ]
    var pid = pid_t()
    let result = withCStrings(arguments) { arguments in
      withCStrings(environment) { environment in
        posix_spawnp(&pid, self.arguments[0], &actions, &attributes, arguments, environment)
      }
    }
    if result != 0 {
      throw BenchError("\(arguments[0]): \(String(cString: strerror(result)))")
    }
    return pid
  }

  /// The CPU time, user and system, of a run whose output nobody reads.
  func cpuTime() throws -> Double {
    let null = try BenchError.check(open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null")
    defer { close(null) }
    var command = self
    command.descriptors = [STDIN_FILENO: null, STDOUT_FILENO: null]
    let pid = try command.start()
    var usage = rusage()
    var status: Int32 = 0
    while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
    guard status == 0 else { throw BenchError("\(arguments.joined(separator: " ")) failed") }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  private func withCStrings<Result>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
  }
}
