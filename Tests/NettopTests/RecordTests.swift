import Glibc
import TestSupport
import Testing

/// `nettop record`, and what reads recordings, with connections of the test process.
@Suite(.live, .timeLimit(.minutes(5))) struct RecordTests {
  private let namespace: TestNamespace
  private let directory: TemporaryDirectory

  init() throws {
    namespace = try TestNamespace()
    directory = try TemporaryDirectory()
  }

  private var path: String { directory.path + "/host.nettop" }

  /// Starts a recording, and waits until it has a sample.
  private func record(_ arguments: String...) async throws -> Child {
    let child = try Nettop.start(["record", path, "-d", "0.2"] + arguments)
    let hasBegun = try await eventually { try await listed() != nil }
    try #require(hasBegun, "\(child.errorsSoFar)")
    return child
  }

  /// The connections in the last sample; `nil` if there is none yet.
  private func listed(_ arguments: String...) async throws -> [JSONLine]? {
    let outcome = try await Nettop.run(["list", "--from", path, "--format", "json"] + arguments)
    return outcome.status == 0 ? try JSONLine.lines(of: outcome.text) : nil
  }

  private func end(_ child: Child, by signal: Int32 = SIGTERM) async throws {
    kill(child.pid, signal)
    let outcome = try await child.outcome()
    #expect(outcome.signal == signal || outcome.status == 128 + signal)
    #expect(outcome.text == "")
    let lines = outcome.errorText.split(separator: "\n")
    #expect(lines.first.map(String.init) == "nettop: recording to \(path), source bpf")
    if signal == SIGKILL {
      #expect(lines.count == 1)
      return
    }
    let end = try #require(lines.dropFirst().first)
    #expect(end.wholeMatch(of: /nettop: recorded [\d,]+ samples?, [\d.]+K/) != nil, "\(end)")
    #expect(lines.count == 2, "\(outcome.errorText)")
  }

  private var here: [String] { ["--netns", namespace.name] }

  @Test func `a recording has what the host had`() async throws {
    let older = try namespace.run { try LoopbackConnection() }
    try older.transfer(5000)
    let child = try await record()
    let short = try namespace.run { try LoopbackConnection() }
    try short.transfer(1234)
    short.close()
    try older.transfer(77)
    // Whoever reads it meanwhile sees it.
    let isThere = try await eventually {
      try await listed("--netns", namespace.name)?.contains {
        $0.integer("local_port") == Int(older.clientPort) && $0.integer("bytes_sent") == 5077
      } == true
    }
    #expect(isThere)
    try await end(child)
    #expect(access(path + "-wal", F_OK) != 0)

    let log = try await Nettop.output(["log", "--from", path, "--format", "json"] + here)
    let events = try JSONLine.lines(of: log)
    func names(of connection: LoopbackConnection) -> [String] {
      let port = Int(connection.clientPort)
      return events.filter { $0.integer("local_port") == port || $0.integer("remote_port") == port }
        .compactMap { $0.text("event") }
    }
    #expect(names(of: short).sorted() == ["accept", "close", "close", "connect"])
    #expect(names(of: older) == [])
    let end = events.first {
      $0.text("event") == "close" && $0.integer("local_port") == Int(short.clientPort)
    }
    #expect(end?.integer("bytes_sent") == 1234)
    #expect(end?.text("process") != nil)

    let text = try await Nettop.output(["list", "--from", path] + here)
    #expect(text.contains("127.0.0.1:\(older.serverPort)"))
    let filtered = try await Nettop.output(
      ["list", "--from", path, "-f", "lport=\(older.clientPort)", "--format", "csv"] + here
    )
    #expect(filtered.split(separator: "\n").count == 2)
    // Every sample, and some of them.
    let all = try await Nettop.output(
      ["list", "--from", path, "--begin", "1d ago", "--format", "json", "--columns", "sample"]
        + here
    )
    let samples = Set(try JSONLine.lines(of: all).compactMap { $0.integer("sample") })
    let few = try await Nettop.output(
      ["list", "--from", path, "--begin", "1d ago", "-d", "1", "--format", "json"] + here
    )
    let fewer = Set(try JSONLine.lines(of: few).compactMap { $0.integer("sample") })
    #expect(samples.count > fewer.count && !fewer.isEmpty)
  }

  /// What comes in the last milliseconds is no sample of its own, in which nothing would have a rate.
  @Test func `a signal adds one sample`() async throws {
    let child = try await record("-d", "60")
    let connection = try namespace.run { try LoopbackConnection() }
    try connection.transfer(600_000)
    connection.close()
    try await end(child)
    let log = try await Nettop.output(
      ["log", "--from", path, "--format", "json"] + here
    )
    let ends = try JSONLine.lines(of: log).filter { $0.text("event") == "close" }
    #expect(Set(ends.compactMap { $0.integer("local_port") }).contains(Int(connection.clientPort)))
    let all = try await Nettop.output(
      [
        "list", "--from", path, "--begin", "1h ago", "-n", "9", "--format", "json", "--columns",
        "all",
      ]
    )
    let samples = Set(try JSONLine.lines(of: all).compactMap { $0.integer("sample") })
    #expect(samples.count <= 2, "\(samples)")
  }

  @Test func `a recording of one sample is listed, without rates`() async throws {
    let connection = try namespace.run { try LoopbackConnection() }
    defer { withExtendedLifetime(connection) {} }
    let outcome = try await Nettop.run(["record", path, "-n", "1"])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let rows = try #require(try await listed("--netns", namespace.name))
    #expect(rows.contains { $0.integer("local_port") == Int(connection.clientPort) })
    #expect(rows.allSatisfy { $0.integer("bytes_sent_per_second") == nil })
  }

  @Test func `another run goes on, and what ended between them has ended`() async throws {
    let between = try namespace.run { try LoopbackConnection() }
    try await end(try await record(), by: SIGINT)
    between.close()
    let refused = try await Nettop.run(["record", path])
    #expect(refused.status == 1)
    #expect(refused.errorText.contains("--append"))
    let second = try Nettop.start(["record", path, "--append", "-n", "3", "-d", "0.2"])
    let goneOn = try await second.outcome()
    #expect(goneOn.status == 0)
    #expect(goneOn.errorText.contains("\nnettop: recorded 3 samples, "))
    let log = try await Nettop.output(
      ["log", "--from", path, "--format", "json", "--events", "close"] + here
    )
    let ends = try JSONLine.lines(of: log).filter {
      $0.integer("local_port") == Int(between.clientPort)
    }
    #expect(ends.count == 1)
  }

  @Test func `a killed recorder leaves all that it had written`() async throws {
    for round in 1...3 {
      let child = try Nettop.start(["record", path, "--append", "-d", "0.1"])
      let connection = try namespace.run { try LoopbackConnection() }
      try connection.transfer(round * 100)
      let isThere = try await eventually {
        try await listed("--netns", namespace.name)?.contains {
          $0.integer("local_port") == Int(connection.clientPort)
            && $0.integer("bytes_sent") == round * 100
        } == true
      }
      #expect(isThere, "\(child.errorsSoFar)")
      try await end(child, by: SIGKILL)
      let rows = try await listed("--netns", namespace.name) ?? []
      #expect(rows.contains { $0.integer("local_port") == Int(connection.clientPort) })
    }
  }

  @Test func `two do not record to one file`() async throws {
    let child = try await record()
    let other = try await Nettop.run(["record", path, "--append"])
    #expect(other.status == 1)
    #expect(other.errorText.contains("another nettop records to it"))
    try await end(child)
  }

  @Test func `a recorder whose file was removed says so and ends`() async throws {
    let child = try await record()
    unlink(path)
    let outcome = try await child.outcome()
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("was removed or replaced"))
  }

  @Test func `an alert is recorded`() async throws {
    let child = try await record("--alert", "lport=1 or bytes_sent>=4321")
    let connection = try namespace.run { try LoopbackConnection() }
    try connection.transfer(4321)
    let query = "SELECT rule || '|' || text FROM alerts"
    let isThere = try await eventually {
      try await Child.run(["sqlite3", "-readonly", path, query]).text
        .contains("127.0.0.1:\(connection.serverPort)")
    }
    #expect(isThere)
    try await end(child)
  }

  @Test func `a user reads what root writes, if the file lets him`() async throws {
    let connection = try namespace.run { try LoopbackConnection() }
    defer { withExtendedLifetime(connection) {} }
    let child = try await record()
    chmod(path, 0o644)
    // SQLite made them before the mode changed.
    chmod(path + "-wal", 0o644)
    chmod(path + "-shm", 0o644)
    chmod(directory.path, 0o755)
    func asUser() async throws -> Child.Outcome {
      try await Child.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Nettop.path]
          + ["list", "--from", path, "--format", "json"]
      )
    }
    let open = try await asUser()
    #expect(open.status == 0 && !open.text.isEmpty, "\(open.errorText)")
    try await end(child)
    let closed = try await asUser()
    #expect(closed.status == 0 && !closed.text.isEmpty, "\(closed.errorText)")
    chmod(path, 0o600)
    let refused = try await asUser()
    #expect(refused.status == 1)
    #expect(refused.errorText.contains("Permission denied"))
  }

  @Test func `a full disk leaves out samples, and recording goes on`() async throws {
    let small = directory.path + "/small"
    mkdir(small, 0o755)
    let script = """
      mount -t tmpfs -o size=2m,mode=755 none "$1" || exit 9
      "$2" record "$1/host.nettop" -d 0.1 &
      nettop=$!
      count() { sqlite3 -readonly "$1/host.nettop" "SELECT count(*) FROM $2" 2>/dev/null || echo 0; }
      while [ "$(count "$1" batches)" -lt 2 ]; do sleep 0.1; done
      head -c 3000000 /dev/zero >"$1/other" 2>/dev/null
      while [ -e "$3" ]; do sleep 0.05; done
      rm "$1/other"
      while [ "$(count "$1" "segments WHERE NOT continues")" -lt 2 ]; do sleep 0.1; done
      kill $nettop; wait 2>/dev/null
      cat "$1/host.nettop" >"$4"
      """
    let (isFull, copy) = (directory.path + "/full", directory.path + "/copy.nettop")
    close(creat(isFull, 0o600))
    let unshare = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh"]
    let child = try Child(unshare + [small, Nettop.path, isFull, copy])
    // The more there is to write, the sooner the log of writes has no room.
    let isTold = try await eventually {
      for _ in 1...20 { try namespace.run { try LoopbackConnection() }.close() }
      return child.errorsSoFar.contains("no space is left")
    }
    #expect(isTold, "\(child.errorsSoFar)")
    unlink(isFull)
    let outcome = try await child.outcome()
    let lines = outcome.errorText.split(separator: "\n")
    #expect(lines.contains { $0.contains("recording again") }, "\(outcome.errorText)")
    #expect(lines.contains { $0.contains("could not be written and are missing") })
    let check = try await Child.run(["sqlite3", copy, "PRAGMA integrity_check"])
    #expect(check.text == "ok\n")
    let runs = try await Child.run([
      "sqlite3", copy, "SELECT count(*) FROM segments WHERE NOT continues",
    ])
    #expect(runs.text == "2\n")
  }

  /// What SQLite reports then depends on which of its files has no room.
  @Test(arguments: [0, 8, 24, 40, 100])
  func `a disk that is full from the start is said to be`(kilobytes: Int) async throws {
    let script = """
      mount -t tmpfs -o size=256k,mode=755 none "$1" || exit 9
      head -c "$3" /dev/zero >"$1/other"
      "$2" record "$1/host.nettop" -n 1; echo $?; ls "$1"
      """
    let unshare = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh"]
    let taken = (256 - kilobytes) * 1024
    let outcome = try await Child.run(unshare + [directory.path, Nettop.path, "\(taken)"])
    // Nothing is left of it.
    #expect(outcome.text == "1\nother\n")
    let message = "nettop: cannot record to '\(path)': no space is left on the disk\n"
    #expect(outcome.errorText == message + "        free some space\n")
  }

  /// To read what a killed recorder left, SQLite makes a file beside it.
  @Test func `a full disk keeps a recording from being read, and is said to be`() async throws {
    let script = """
      mount -t tmpfs -o size=1m,mode=755 none "$1" || exit 9
      "$2" record "$1/host.nettop" -d 0.1 2>/dev/null &
      nettop=$!
      while ! "$2" list --from "$1/host.nettop" >/dev/null 2>&1; do sleep 0.1; done
      kill -KILL $nettop; wait 2>/dev/null
      rm "$1/host.nettop-shm"
      head -c 2000000 /dev/zero >"$1/other" 2>/dev/null
      "$2" list --from "$1/host.nettop"; echo $?
      rm "$1/other"
      "$2" list --from "$1/host.nettop" >/dev/null 2>&1; echo $?
      """
    let unshare = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh"]
    let outcome = try await Child.run(unshare + [directory.path, Nettop.path])
    #expect(outcome.text == "1\n0\n")
    let message = "nettop: cannot read '\(path)': no space is left on the disk\n"
    #expect(outcome.errorText == message + "        free some space\n")
  }

  @Test func `a limit of the size of files does not kill the recorder`() async throws {
    // In blocks of 512 bytes: too few for the tables, and then for a sample.
    let script = "ulimit -f $2; exec \"$0\" record \"$1\" -n 3 -d 0.1"
    let none = try await Child.run(["sh", "-c", script, Nettop.path, path, "20"])
    #expect(none.status == 1)
    #expect(none.errorText.contains("'\(path)': the file may not grow further\n"))
    #expect(none.errorText.contains("raise `ulimit -f`"))
    #expect(access(path, F_OK) != 0)
    let few = try await Child.run(["sh", "-c", script, Nettop.path, path, "200"])
    #expect(few.status == 0)
    #expect(few.errorText.contains("the file may not grow further; samples are left out\n"))
    #expect(few.errorText.contains("could not be written and are missing\n"))
  }

  // MARK: Files that are no recordings

  @Test(arguments: ["list --from", "log --from", "record --append"])
  func `a file that is no recording is refused, and stays as it was`(command: String) async throws {
    let words = command.split(separator: " ").map(String.init)
    let cases: [(content: String, message: String)] = [
      ("text\n", "it is not a recording"),
      (String(repeating: "x", count: 100_000), "it is not a recording"),
    ]
    for (content, message) in cases {
      let file = fopen(path, "w")
      fputs(content, file)
      fclose(file)
      let outcome = try await Nettop.run(words + [path])
      #expect(outcome.status == 1, "\(outcome.errorText)")
      #expect(outcome.errorText.contains(message), "\(outcome.errorText)")
      let after = try await Child.run(["cat", path])
      #expect(after.text == content)
    }
    let database = directory.path + "/other.db"
    _ = try await Child.run(["sqlite3", database, "CREATE TABLE t (a); INSERT INTO t VALUES (1)"])
    let other = try await Nettop.run(words + [database])
    #expect(other.status == 1)
    #expect(other.errorText.contains("not a recording"))
  }

  @Test func `recordings that cannot be read are explained`() async throws {
    try await end(try await record())
    func message(_ sql: String) async throws -> String {
      let copy = directory.path + "/copy.nettop"
      _ = try await Child.run(["cp", path, copy])
      _ = try await Child.run(["sqlite3", copy, sql])
      let outcome = try await Nettop.run(["list", "--from", copy])
      #expect(outcome.status == 1)
      return outcome.errorText
    }
    #expect(try await message("PRAGMA user_version = 99").contains("newer nettop"))
    #expect(try await message("DROP TABLE facts").contains("its tables are not those"))
    #expect(
      try await message("DELETE FROM facts").wholeMatch(
        of: /nettop: the recording is damaged: .*\n {8}`sqlite3 FILE .recover` can .*\n/
      ) != nil
    )
    let short = directory.path + "/short.nettop"
    _ = try await Child.run(["sh", "-c", "head -c 20000 \"$1\" >\"$2\"", "sh", path, short])
    let truncated = try await Nettop.run(["list", "--from", short])
    #expect(truncated.status == 1)
    #expect(truncated.errorText.contains("damaged") || truncated.errorText.contains("malformed"))
    let missing = try await Nettop.run(["list", "--from", directory.path + "/none"])
    #expect(missing.errorText.contains("No such file or directory"))
    let folder = try await Nettop.run(["list", "--from", directory.path])
    #expect(folder.errorText.contains("directory"))
    let early = try await Nettop.run(["list", "--from", path, "--end", "2001-01-01"])
    #expect(early.errorText.contains("begins after that time"))
    let late = try await Nettop.run(["list", "--from", path, "--begin", "2100-01-01"])
    #expect(late.errorText.contains("ends before that time"))
    let wrong = try await Nettop.run(["list", "--from", path, "--begin", "yesterday-ish"])
    #expect(wrong.status == 64)
    let alone = try await Nettop.run(["list", "--begin", "14:05"])
    #expect(alone.errorText.contains("--from FILE"))
  }

  /// Where others can make files, root does not: they could put theirs in the place of SQLite's own.
  @Test func `root does not record into a directory of everybody`() async throws {
    let outcome = try await Nettop.run(["record", "/tmp/nettop-test-record-\(getpid())"])
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("users other than root can create files there"))
    let link = directory.path + "/link"
    symlink("/etc/passwd", link)
    let linked = try await Nettop.run(["record", link, "--append"])
    #expect(linked.status == 1)
    #expect(linked.errorText.contains("symbolic link"))
    close(creat(path + "-wal", 0o600))
    let beside = try await Nettop.run(["record", path])
    #expect(beside.errorText.contains("a file of another database is beside it"))
    #expect(access(path, F_OK) != 0)
  }

  /// What root records in a directory of a user is the user's.
  @Test func `root records for a user with the rights of that user`() async throws {
    let home = directory.path + "/home"
    mkdir(home, 0o755)
    chown(home, 65534, 65534)
    let file = home + "/host.nettop"
    let outcome = try await Nettop.run(["record", file, "-n", "2", "-d", "0.1"])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    var status = stat()
    #expect(stat(file, &status) == 0 && status.st_uid == 65534)
    let listed = try await Nettop.run(["list", "--from", file])
    #expect(listed.status == 0, "\(listed.errorText)")
  }
}
