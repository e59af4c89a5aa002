import Connections
import Glibc
import Testing

@testable import Tracer

@Suite struct ProcessTableTests {
  private let directory: TemporaryDirectory
  private let tick = 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))

  init() throws {
    directory = try TemporaryDirectory()
  }

  private var table: ProcessTable {
    ProcessTable(proc: ProcFS(root: directory.path), clock: BootClock())
  }

  /// `/proc/PID/stat`, whose field 2 is the name.
  private func stat(_ pid: Int32, name: String, startTicks: UInt64) -> String {
    "\(pid) (\(name)) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 \(startTicks) 99 98\n"
  }

  private func make(
    _ pid: Int32,
    name: String = "nginx",
    startTicks: UInt64 = 500,
    commandLine: some Sequence<UInt8> = "nginx\0-g\0daemon off;\0".utf8
  ) throws {
    try directory.write("\(pid)/stat", stat(pid, name: name, startTicks: startTicks))
    try directory.write("\(pid)/cmdline", commandLine)
  }

  @Test func `a process that is still there`() throws {
    try make(42)
    var table = table
    let process = table.process(pid: 42, startNanoseconds: 500 * tick, name: "nginx", uid: 0)
    #expect(process.id == Process.ID(pid: 42, startTicks: 500))
    #expect(process.name == "nginx")
    #expect(process.commandLine == "nginx -g daemon off;")
    #expect(process.user == "root")
    #expect(process.uid == 0)
  }

  /// The kernel's time is finer than what `/proc` prints.
  @Test func `a start within a tick`() throws {
    try make(42)
    var table = table
    let process = table.process(pid: 42, startNanoseconds: 501 * tick - 1, name: "a", uid: 0)
    #expect(process.commandLine == "nginx -g daemon off;")
  }

  @Test func `a process that left`() {
    var table = table
    let process = table.process(pid: 42, startNanoseconds: 500 * tick, name: "curl", uid: 12345)
    #expect(process.name == "curl")
    #expect(process.commandLine == nil)
    #expect(process.uid == 12345)
    #expect(process.user == nil)
  }

  @Test func `a PID that another process has now`() throws {
    try make(42, startTicks: 501)
    var table = table
    let process = table.process(pid: 42, startNanoseconds: 500 * tick, name: "curl", uid: 0)
    #expect(process.commandLine == nil)
  }

  @Test(arguments: ["a) S 9 9", "((", "))", "a b", "x\ny", "", "\u{1b}[31m"])
  func `a name with anything in it`(name: String) throws {
    try make(42, name: name)
    var table = table
    let process = table.process(pid: 42, startNanoseconds: 500 * tick, name: name, uid: 0)
    #expect(process.name == name)
    #expect(process.commandLine == "nginx -g daemon off;")
  }

  @Test func `a command line that is no UTF-8`() throws {
    try make(42, commandLine: [0x61, 0xff, 0xfe, 0, 0x62, 0])
    var table = table
    let process = table.process(pid: 42, startNanoseconds: 500 * tick, name: "a", uid: 0)
    #expect(process.commandLine == "a\u{fffd}\u{fffd} b")
  }

  @Test func `a kernel thread has an empty one`() throws {
    try make(42, commandLine: [])
    var table = table
    let process = table.process(pid: 42, startNanoseconds: 500 * tick, name: "kworker", uid: 0)
    #expect(process.commandLine == "")
  }

  @Test(arguments: ["", "42 (nginx", "42 (nginx) S 1", "nginx", "42 (nginx) S\(" x" * 30)"])
  func `a stat that makes no sense`(text: String) throws {
    try make(42)
    try directory.write("42/stat", text)
    var table = table
    let process = table.process(pid: 42, startNanoseconds: 500 * tick, name: "a", uid: 0)
    #expect(process.commandLine == nil)
  }

  @Test func `read once, and again under another name`() throws {
    try make(42)
    var table = table
    let first = table.process(pid: 42, startNanoseconds: 500 * tick, name: "sh", uid: 0)
    try make(42, commandLine: "cat\0file\0".utf8)
    #expect(table.process(pid: 42, startNanoseconds: 500 * tick, name: "sh", uid: 0) == first)
    let later = table.process(pid: 42, startNanoseconds: 500 * tick, name: "cat", uid: 0)
    #expect(later.id == first.id)
    #expect(later.commandLine == "cat file")
  }

  @Test func `a crowd of processes that left is forgotten`() throws {
    try make(42)
    var table = table
    let stays = table.process(pid: 42, startNanoseconds: 500 * tick, name: "a", uid: 0)
    for pid: Int32 in 1000..<10_000 {
      _ = table.process(pid: pid, startNanoseconds: 7 * tick, name: "b", uid: 0)
    }
    #expect(table.process(pid: 42, startNanoseconds: 500 * tick, name: "a", uid: 0) == stays)
  }
}

private func * (text: String, count: Int) -> String {
  String(repeating: text, count: count)
}
