import Glibc

/// A cgroup of version 2 of a test's own.
struct TestCgroup {
  let path: String

  init(_ name: String) throws {
    let mounts = try run("findmnt", "-n", "-t", "cgroup2", "-o", "TARGET")
    guard let mount = mounts.split(separator: "\n").first else {
      throw HarnessError("no cgroup v2 is mounted")
    }
    path = "\(mount)/\(name)"
    guard mkdir(path, 0o755) == 0 else { throw HarnessError("\(path): \(errno)") }
  }

  /// Once no process is in it.
  func delete() {
    for _ in 0..<1000 where rmdir(path) != 0 && errno == EBUSY { sched_yield() }
  }
}
