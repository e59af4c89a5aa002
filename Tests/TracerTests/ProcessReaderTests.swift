import Connections
import Glibc
import Testing

@testable import Tracer

@Suite struct ProcessReaderTests {
  private let directory: TemporaryDirectory
  private var reader: ProcessReader { ProcessReader(proc: ProcFS(root: directory.path)) }

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func make(_ pid: Int32, name: String, parent: Int32, startTicks: UInt64 = 500) throws {
    let fields = "S \(parent) 0 0 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 17 0 \(startTicks) 9 9"
    try directory.write("\(pid)/stat", "\(pid) (\(name)) \(fields)\n")
  }

  private func link(_ path: String, to target: String) {
    symlink(target, "\(directory.path)/\(path)")
  }

  @Test func `all that is there`() throws {
    try make(1, name: "init", parent: 0)
    try make(30, name: "a) b (c", parent: 1)
    try make(42, name: "nginx", parent: 30)
    try directory.write("42/cmdline", "nginx\0\0-g\0daemon off;\0")
    try directory.write(
      "42/cgroup",
      "12:cpu:/old\n1:name=systemd:/a:b\n0::/system.slice/n.service\n"
    )
    for fd in 0..<3 { try directory.write("42/fd/\(fd)", "") }
    link("42/exe", to: "/usr/sbin/nginx (deleted)")
    link("42/cwd", to: "/srv")
    let id = Process.ID(pid: 42, startTicks: 500)
    var expected = ProcessDetails(id: id)
    expected.executable = "/usr/sbin/nginx (deleted)"
    expected.arguments = ["nginx", "", "-g", "daemon off;"]
    expected.directory = "/srv"
    expected.cgroup = "/system.slice/n.service"
    expected.ancestors = [
      ProcessDetails.Ancestor(pid: 30, name: "a) b (c"),
      ProcessDetails.Ancestor(pid: 1, name: "init"),
    ]
    expected.threads = 17
    expected.openFiles = 3
    #expect(reader.details(of: id) == expected)
  }

  @Test func `a PID that is used again, or no more`() throws {
    try make(42, name: "nginx", parent: 1, startTicks: 501)
    #expect(reader.details(of: Process.ID(pid: 42, startTicks: 500)) == nil)
    #expect(reader.details(of: Process.ID(pid: 43, startTicks: 500)) == nil)
  }

  @Test func `what is not there is absent`() throws {
    try make(2, name: "kthreadd", parent: 0)
    try directory.write("2/cmdline", "")
    let details = try #require(reader.details(of: Process.ID(pid: 2, startTicks: 500)))
    #expect(details.executable == nil)
    #expect(details.arguments == [])
    #expect(details.directory == nil)
    #expect(details.cgroup == nil)
    #expect(details.ancestors == [])
    #expect(details.openFiles == nil)
    #expect(details.threads == 17)
  }

  /// As nginx and postgres leave their arguments: a title, and zero bytes over the rest.
  @Test(arguments: [
    ("nginx: worker process\0" + String(repeating: "\0", count: 20), ["nginx: worker process"]),
    ("postgres: walwriter ", ["postgres: walwriter "]), ("psql\0-c\0\0", ["psql", "-c", ""]),
    ("\0\0\0", [""]),
  ])
  func `a title in place of the arguments`(_ text: String, _ expected: [String]) throws {
    try make(42, name: "nginx", parent: 1)
    try directory.write("42/cmdline", text)
    let details = try #require(reader.details(of: Process.ID(pid: 42, startTicks: 500)))
    #expect(details.arguments == expected)
  }

  @Test(arguments: [
    ("4:memory:/docker/abc\n2:cpu:/x\n", "/docker/abc"), ("0::/\n", "/"), ("0::/a:b", "/a:b"),
    ("", nil), ("nonsense\n", nil),
  ])
  func `the cgroup`(file: String, path: String?) throws {
    try make(42, name: "nginx", parent: 0)
    try directory.write("42/cgroup", file)
    let details = try #require(reader.details(of: Process.ID(pid: 42, startTicks: 500)))
    #expect(details.cgroup == path)
  }

  @Test func `parents that go round in circles`() throws {
    try make(42, name: "a", parent: 43)
    try make(43, name: "b", parent: 42)
    let details = try #require(reader.details(of: Process.ID(pid: 42, startTicks: 500)))
    #expect(details.ancestors.count <= 256)
  }

  /// The real one, of a process of our own.
  @Test func `a process that runs`() throws {
    let child = try ChildProcess(["sleep", "1000"])
    defer { child.end() }
    let proc = ProcFS()
    // It has its own program once posix_spawn has returned.
    let stat = try #require(proc.processStat(child.pid))
    #expect(stat.name == "sleep")
    #expect(!stat.isKernelThread)
    let id = Process.ID(pid: child.pid, startTicks: stat.startTicks)
    let reader = ProcessReader(proc: proc)
    // Its arguments come a moment after its name.
    for _ in 0..<1000 where reader.details(of: id)?.arguments.isEmpty == true { usleep(1000) }
    let details = try #require(reader.details(of: id))
    #expect(details.arguments == ["sleep", "1000"])
    #expect(details.executable == proc.link("\(child.pid)/exe"))
    #expect(details.directory == proc.link("self/cwd"))
    #expect(details.cgroup?.hasPrefix("/") == true)
    #expect(details.threads == 1)
    #expect(details.openFiles == ProcFS(root: "/proc/\(child.pid)/fd").entries().count)
    #expect(details.ancestors.first?.pid == getpid())
    #expect(details.ancestors.last?.pid == 1)
    child.end()
    #expect(ProcessReader(proc: proc).details(of: id) == nil)
  }
}
