import Connections
import Glibc
import Testing

@testable import Tracer

@Suite struct SocketHoldersTests {
  private let directory: TemporaryDirectory
  private var proc: ProcFS { ProcFS(root: directory.path) }

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func make(_ pid: Int32, startTicks: UInt64 = 500, files: [String] = []) throws {
    let fields = "S 1 0 0 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 \(startTicks) 9 9"
    try directory.write("\(pid)/stat", "\(pid) (nginx) \(fields)\n")
    try directory.write(
      "\(pid)/status",
      "Name:\tnginx\nUid:\t12345\t0\t0\t0\nGid:\t54321\t0\t0\t0\n"
    )
    try directory.write("\(pid)/cmdline", "nginx\0-g\0")
    mkdir("\(directory.path)/\(pid)/fd", 0o755)
    for (index, target) in files.enumerated() {
      let link = "\(directory.path)/\(pid)/fd/\(index)"
      unlink(link)
      try #require(symlink(target, link) == 0)
    }
  }

  private func search(_ inodes: Set<UInt32>) -> SocketHolders.Search {
    var processes = ProcessTable(proc: proc, clock: BootClock())
    return SocketHolders(proc: proc).search(inodes, &processes)
  }

  @Test func `a process with sockets`() throws {
    try make(42, files: ["/dev/null", "socket:[70]", "pipe:[71]", "socket:[72]", "socket:[73]"])
    let search = search([70, 71, 72])
    #expect(search.owners.keys.sorted() == [70, 72])
    let owner = try #require(search.owners[70])
    #expect(owner.process.id == Process.ID(pid: 42, startTicks: 500))
    #expect(owner.process.name == "nginx")
    #expect(owner.process.commandLine == "nginx -g")
    #expect(owner.process.uid == 12345)
    #expect(owner.process.gid == 54321)
    #expect(owner.source == .scan)
    #expect(owner.others == [])
    #expect(!owner.isLast)
    #expect(search.hidden == 0 && search.unlisted == 0)
  }

  @Test func `nobody is asked for`() throws {
    try make(42, files: ["socket:[70]"])
    #expect(search([]).owners == [:])
    #expect(search([1]).owners == [:])
  }

  @Test(
    arguments: [
      ("socket:[1]", 1), ("socket:[4294967295]", UInt32.max), ("socket:[0070]", 70),
      ("socket:[4294967296]", nil), ("socket:[99999999999999999999999]", nil),
      ("socket:[-1]", nil), ("socket:[ 1]", nil), ("socket:[1", nil), ("socket:[1] ", nil),
      ("socket:[1]]", nil), ("socket:1]", nil), ("socket:[1/2]", nil), ("socket:[:]", nil),
      ("socket:[]", nil),
      ("socket:[", nil), ("]", nil), ("", nil), ("pipe:[1]", nil), ("/tmp/socket:[1]", nil),
      ("Socket:[1]", nil), ("socket:[\u{661}]", nil),
    ] as [(String, UInt32?)]
  )
  func `a link`(target: String, inode: UInt32?) {
    #expect(SocketHolders.socket(target.utf8.map { CChar(bitPattern: $0) }[...]) == inode)
  }

  /// Files of any name do no harm, nor does what is no link.
  @Test func `links that make no sense`() throws {
    let long = "socket:[70]" + String(repeating: "x", count: 300) + "]"
    try make(42, files: [long, "socket:[]", "socket:[70]x", "\u{661}", "socket:[71]"])
    try directory.write("42/fd/100", "socket:[70]")
    #expect(search([0, 70, 71]).owners.keys.sorted() == [71])
    #expect(search([70]).owners == [:])
  }

  /// Whoever started first made it, whatever the PIDs are.
  @Test func `several holders`() throws {
    try make(10, startTicks: 900, files: ["socket:[70]", "socket:[70]"])
    try make(20, startTicks: 300, files: ["socket:[70]", "socket:[71]"])
    try make(30, startTicks: 300, files: ["socket:[71]", "socket:[70]", "socket:[70]"])
    let owners = search([70, 71]).owners
    #expect(owners[70]?.process.id.pid == 20)
    #expect(owners[70]?.others.map(\.id.pid) == [10, 30])
    #expect(owners[71]?.process.id.pid == 20)
    #expect(owners[71]?.others.map(\.id.pid) == [30])
  }

  @Test func `a crowd of holders`() throws {
    for pid: Int32 in 1...20 { try make(pid, startTicks: UInt64(pid), files: ["socket:[70]"]) }
    let search = search([70])
    #expect(search.owners[70]?.process.id.pid == 1)
    #expect(search.owners[70]?.others.map(\.id.pid) == Array(2...17))
    #expect(search.unlisted == 3)
  }

  /// It has its files still, and leaves before it is looked at.
  @Test func `a process that ends meanwhile`() throws {
    for missing in ["stat", "status"] {
      try make(42, files: ["socket:[70]"])
      try make(43, startTicks: 600, files: ["socket:[70]", "socket:[71]"])
      unlink("\(directory.path)/42/\(missing)")
      let owners = search([70, 71]).owners
      #expect(owners[70]?.process.id.pid == 43, "\(missing)")
      #expect(owners[70]?.others == [])
      try directory.write("42/\(missing)", "")
      #expect(search([70]).owners[70]?.process.id.pid == 43, "\(missing)")
    }
    // Its files went first.
    try directory.write("44/stat", "44 (x) S 1")
    let search = search([71])
    #expect(search.owners[71]?.process.id.pid == 43)
    #expect(search.hidden == 0)
  }

  /// Those of other users.
  @Test func `files that may not be looked at`() async throws {
    try make(42, files: ["socket:[70]"])
    try make(43, files: ["socket:[71]"])
    chmod(directory.path, 0o755)
    chmod("\(directory.path)/42/fd", 0o000)
    // In a process of its own: root may look at everything.
    await #expect(processExitsWith: .success) { [path = directory.path as String] in
      if geteuid() == 0 { #expect(setuid(65_533) == 0) }
      let proc = ProcFS(root: path)
      var processes = ProcessTable(proc: proc, clock: BootClock())
      let search = SocketHolders(proc: proc).search([70, 71], &processes)
      #expect(search.hidden == 1)
      #expect(search.owners.keys.sorted() == [71])
    }
    chmod("\(directory.path)/42/fd", 0o755)
  }

  /// The real ones, of this process.
  @Test func `this process`() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    var status = stat()
    try #require(fstat(descriptor, &status) == 0)
    let inode = try #require(UInt32(exactly: status.st_ino))
    var processes = ProcessTable(proc: ProcFS(), clock: BootClock())
    let search = SocketHolders(proc: ProcFS()).search([inode], &processes)
    #expect(search.owners[inode]?.process.id.pid == getpid())
    #expect(search.owners[inode]?.process.uid == getuid())
    #expect(search.owners[inode]?.process.gid == getgid())
  }
}
