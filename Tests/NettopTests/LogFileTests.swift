import Connections
import Glibc
import Monitor
import TestSupport
import Testing
import Tracer

@testable import nettop

/// The files that a log is written to. The tests are root, and 65534 is somebody else.
@Suite(.live, .timeLimit(.minutes(5))) struct LogFileTests {
  private let directory: TemporaryDirectory
  private static let nobody: uid_t = 65534

  init() throws {
    directory = try TemporaryDirectory()
  }

  private var path: String { directory.path + "/log" }
  private var secret: String { directory.path + "/secret" }

  private func open(
    _ path: String,
    rotating rotation: String? = nil,
    keeping kept: Int = 7
  ) throws -> LogFile {
    var parsed = try rotation.map { try #require(Rotation($0)) }
    parsed?.kept = kept
    return try LogFile(.file(path), parsed) { LogLine("lost \($0)", heading: "# head") }
  }

  private func line(_ number: Int) -> LogLine { LogLine("line \(number)", heading: "# head") }

  private func text(of path: String) throws -> String {
    let file = try #require(fopen(path, "r"), "\(path)")
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    return String(decoding: bytes, as: UTF8.self)
  }

  private func put(_ text: String, at path: String, owner: uid_t = 0) throws {
    try AtomicFile.write(text, to: path)
    try #require(chown(path, owner, owner) == 0)
  }

  private func names(in path: String) throws -> [String] {
    let entries = try #require(opendir(path))
    defer { closedir(entries) }
    var names: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The texts of a log, from the oldest file to the present one.
  private func texts(_ path: String) throws -> [String] {
    var paths = [path]
    while access("\(path).\(paths.count)", F_OK) == 0 { paths.append("\(path).\(paths.count)") }
    return try paths.reversed().map(text)
  }

  /// The numbers of the lines of a text, of which each has an end.
  private func numbers(_ text: String) throws -> [Int] {
    #expect(text.hasPrefix("# head\n") && text.hasSuffix("\n"))
    return try text.split(separator: "\n").dropFirst().map { line in
      try #require(line.hasPrefix("line ") ? Int(line.dropFirst(5)) : nil, "\(line)")
    }
  }

  // MARK: Rotation

  @Test func noLineIsLostBetweenFiles() throws {
    var file = try open(path, rotating: "1K", keeping: 100)
    for first in stride(from: 1, to: 1198, by: 9) {
      _ = try file.write((first..<first + 9).map(line))
    }
    let texts = try texts(path)
    #expect(texts.count > 9)
    #expect(texts.allSatisfy { $0.utf8.count <= 1024 })
    // None is rotated before it is full.
    #expect(texts.dropLast().allSatisfy { $0.utf8.count > 1024 - 10 })
    #expect(try texts.flatMap(numbers) == Array(1...1197))
    #expect(file.unwritten == 0)
  }

  @Test func aLineLongerThanAFileHasOneOfItsOwn() throws {
    var file = try open(path, rotating: "1K")
    let long = LogLine(String(repeating: "x", count: 3000), heading: "# head")
    _ = try file.write([line(1), long, line(2)])
    #expect(try texts(path).map(\.utf8.count) == [14, 3008, 14])
  }

  @Test(arguments: [0, 1, 2]) func onlySoManyOlderFilesAreKept(_ kept: Int) throws {
    var file = try open(path, rotating: "1K", keeping: kept)
    for number in 1...1000 { _ = try file.write([line(number)]) }
    #expect(try names(in: directory.path) == ["log", "log.1", "log.2"].prefix(kept + 1) + [])
    let all = try texts(path).flatMap(numbers)
    #expect(all == Array((1001 - all.count)...1000))
  }

  @Test func aFileIsRotatedWhenItIsOldEnough() async throws {
    var file = try open(path, rotating: "1G,1s")
    var number = 0
    let isRotated = try await eventually {
      number += 1
      _ = try file.write([line(number)])
      return access(path + ".1", F_OK) == 0
    }
    #expect(isRotated)
    #expect(try texts(path).flatMap(numbers) == Array(1...number))
    // Both are whole: the line that came when the first was old enough begins the second.
    #expect(try numbers(text(of: path)) == [number])
  }

  @Test func theAgeOfAFileIsThatOfItsBeginning() throws {
    try put("# head\n", at: path)
    let file = try AppendedFile(path)
    #expect(abs(file.birth - Int64(time(nil))) < 300)
  }

  /// Something else has the name of the next file.
  @Test func aRotationThatFailsStopsNothing() throws {
    mkdir(path + ".1", 0o755)
    mkdir(path + ".1/inside", 0o755)
    var file = try open(path, rotating: "1K", keeping: 1)
    for number in 1...300 { _ = try file.write([line(number)]) }
    #expect(try numbers(text(of: path)) == Array(1...300))
  }

  @Test(
    arguments: [
      ("10M", 10 << 20, nil), ("1K", 1 << 10, nil), ("7d", nil, 604_800), ("90s", nil, 90),
      ("10M,7d", 10 << 20, 604_800), ("1w,2G", 2 << 30, 604_800), ("5m", nil, 300),
    ] as [(String, Int64?, Int64?)]
  )
  func readsSizesAndAges(_ text: String, size: Int64?, age: Int64?) throws {
    let rotation = try #require(Rotation(text))
    #expect(rotation.size == size && rotation.age == age)
  }

  @Test(arguments: [
    "", ",", "10", "M", "10MB", "0M", "-1M", "+1M", "1.5M", "10k", "10M,", "10M,20M", "1d,1d",
    "1 d",
    "99999999999999999999M", "1D", "10M,7d,1K",
  ])
  func refusesOtherRotations(_ text: String) {
    #expect(Rotation(text) == nil)
  }

  // MARK: A directory

  @Test func aDirectoryGetsAFileNamedByTheTime() throws {
    let old = ["nettop-20200101-000000", "nettop-20200101-000001", "nettop-20200102-000000"]
    let others = ["nettop-20200101-000000.csv", "nettop-2020-01-01.log", "other.log"]
    for name in old.map({ $0 + ".log" }) + others { try put("", at: "\(directory.path)/\(name)") }
    let place = LogPlace(directory.path, ending: "log", utcOffset: 0)
    var rotation = try #require(Rotation("1K"))
    rotation.kept = 1
    var file = try LogFile(place, rotation) { LogLine("lost \($0)") }
    _ = try file.write([line(1)])
    let present = try #require(file.path)
    #expect(present.wholeMatch(of: #/.*\/nettop-20\d{6}-\d{6}\.log/#) != nil)
    #expect(try numbers(text(of: present)) == [1])
    let name = String(present.dropFirst(directory.path.count + 1))
    #expect(
      try names(in: directory.path) == (others + ["nettop-20200102-000000.log", name]).sorted()
    )
    // A path that is no directory is that of a file.
    #expect(LogPlace(path, ending: "log", utcOffset: 0) == .file(path))
  }

  @Test func filesOfADirectoryHaveTheTimeOfTheirBeginning() {
    let place = LogPlace.directory("/var/log/nettop", ending: "jsonl", utcOffset: 3600)
    let time = Timestamp(nanoseconds: 1_772_366_400_000_000_000)
    #expect(place.path(at: time) == "/var/log/nettop/nettop-20260301-130000.jsonl")
  }

  /// However many files begin in a second, none is larger than it may be.
  @Test func noLineIsLostBetweenFilesOfADirectory() throws {
    let place = LogPlace(directory.path, ending: "log", utcOffset: 0)
    var rotation = try #require(Rotation("1K"))
    rotation.kept = 100
    var file = try LogFile(place, rotation) { LogLine("lost \($0)") }
    for first in stride(from: 1, to: 1198, by: 9) {
      _ = try file.write((first..<first + 9).map(line))
    }
    let names = try names(in: directory.path)
    let texts = try names.map { try text(of: "\(directory.path)/\($0)") }
    #expect(texts.count > 9)
    #expect(texts.allSatisfy { $0.utf8.count <= 1024 })
    #expect(texts.dropLast().allSatisfy { $0.utf8.count > 1024 - 10 })
    #expect(try texts.flatMap(numbers) == Array(1...1197))
  }

  @Test func theOldestFilesOfASecondGoFirst() throws {
    let place = LogPlace(directory.path, ending: "log", utcOffset: 0)
    var rotation = try #require(Rotation("1K"))
    rotation.kept = 2
    var file = try LogFile(place, rotation) { LogLine("lost \($0)") }
    for number in 1...1000 { _ = try file.write([line(number)]) }
    let names = try names(in: directory.path)
    #expect(names.count == 3)
    let all = try names.flatMap { try numbers(text(of: "\(directory.path)/\($0)")) }
    #expect(all == Array((1001 - all.count)...1000))
  }

  @Test func namesOfFilesHaveTheirOrder() throws {
    let texts = [
      "nettop-20260301-125959", "nettop-20260301-130000", "nettop-20260301-130000_001",
      "nettop-20260301-130000_002", "nettop-20260301-130000_999",
      "nettop-20260301-130000_1000", "nettop-20260301-130001",
    ]
    let names = try texts.map { try #require(LogName(ofPath: "/log/\($0).log", ending: "log")) }
    #expect(names.map(\.text) == texts)
    #expect(names.shuffled().sorted() == names)
    for other in [
      "nettop-20260301-130000.csv", "nettop-20260301-13000.log", "nettop-20260301-130000_1.log",
      "nettop-20260301-130000_001_001.log", "nettop-20260301-130000_.log",
      "nettop-20260301-130000_00x.log", "nettop-20260301130000_.log", "log",
    ] {
      #expect(LogName(ofPath: other, ending: "log") == nil, "\(other)")
    }
  }

  /// Each process has a file of its own, and each signal begins another.
  @Test func aDirectoryGetsANewFileEachTime() throws {
    let place = LogPlace(directory.path, ending: "log", utcOffset: 0)
    var file = try LogFile(place, nil) { LogLine("lost \($0)") }
    var other = try LogFile(place, nil) { LogLine("lost \($0)") }
    _ = try file.write([line(1)])
    _ = try other.write([line(2)])
    file.reopen()
    _ = try file.write([line(3)])
    let texts = try names(in: directory.path).map { try text(of: "\(directory.path)/\($0)") }
    #expect(try Set(texts.map(numbers)) == [[1], [2], [3]])
  }

  // MARK: What others do with the file

  @Test func aFileThatWasMovedIsWrittenUntilItIsReopened() throws {
    var file = try open(path)
    _ = try file.write([line(1)])
    try #require(rename(path, path + "-moved") == 0)
    _ = try file.write([line(2)])
    #expect(access(path, F_OK) != 0)
    file.reopen()
    _ = try file.write([line(3)])
    #expect(try numbers(text(of: path + "-moved")) == [1, 2])
    #expect(try numbers(text(of: path)) == [3])
  }

  /// As it is before `logrotate` sends its signal.
  @Test func aFileThatWasMovedIsNotRotated() throws {
    var file = try open(path, rotating: "1K")
    _ = try file.write((1...100).map(line))
    try #require(rename(path, path + "-moved") == 0)
    try put("", at: path)
    _ = try file.write((101...200).map(line))
    #expect(try names(in: directory.path) == ["log", "log-moved"])
    let all = try numbers(text(of: path + "-moved")) + numbers(text(of: path))
    #expect(all == Array(1...200))
  }

  @Test func aFileThatWasCutOffBeginsAgain() throws {
    var file = try open(path)
    _ = try file.write([line(1)])
    try #require(truncate(path, 0) == 0)
    _ = try file.write([line(2)])
    #expect(try text(of: path) == "# head\nline 2\n")
  }

  @Test func aFileIsAppendedTo() throws {
    try put("# head\nline 1\nlin", at: path)
    var file = try open(path)
    _ = try file.write([line(2)])
    // What was cut off in it does not run into the next line.
    #expect(try text(of: path) == "# head\nline 1\nlin\nline 2\n")
    try put("# other\nline 1\n", at: path)
    file = try open(path)
    _ = try file.write([line(2)])
    #expect(try text(of: path) == "# other\nline 1\n# head\nline 2\n")
  }

  // MARK: No room

  @Test func whatAFullDiskCostsIsCounted() throws {
    let place = directory.path + "/small"
    mkdir(place, 0o755)
    try #require(
      try Child.perform(
        path: "mount",
        ["-t", "tmpfs", "-o", "size=16k", "none", place].map { Array($0.utf8) }
      )
    )
    defer { umount(place) }
    try put(String(repeating: "x", count: 8192), at: place + "/other")
    let path = place + "/log"
    var file = try open(path)
    var number = 0
    while file.unwritten == 0, number < 10_000 {
      _ = try file.write((number + 1...number + 7).map(line))
      number += 7
    }
    let written = try numbers(text(of: path))
    #expect(written == Array(1...written.count))
    #expect(file.unwritten == UInt64(number - written.count))
    // Still full.
    _ = try file.write((number + 1...number + 50).map(line))
    number += 50
    let missing = number - (try numbers(text(of: path)).count)
    #expect(file.unwritten == UInt64(missing))
    try #require(unlink(place + "/other") == 0)
    _ = try file.write([line(number + 1)])
    #expect(file.unwritten == 0)
    let lines = try text(of: path).split(separator: "\n").dropFirst()
    #expect(lines.suffix(2) == ["lost \(missing)", "line \(number + 1)"])
    #expect(lines.count == number - missing + 2)
    #expect(try text(of: path).hasSuffix("\n"))
  }

  // MARK: Whose rights

  private func refusal(_ path: String) throws -> String {
    let failure = #expect(throws: Failure.self) { try open(path) }
    return failure?.problem ?? ""
  }

  @Test func aNewFileIsForItsOwnerAndGroup() throws {
    _ = try open(path)
    var status = stat()
    try #require(stat(path, &status) == 0)
    #expect(status.st_mode & 0o7777 & ~0o640 == 0 && status.st_mode & 0o600 == 0o600)
    #expect(status.st_uid == 0)
  }

  @Test func noLinkIsFollowedInPlaceOfTheFile() throws {
    try put("old\n", at: secret)
    try #require(symlink(secret, path) == 0)
    #expect(try refusal(path).contains("it is a symbolic link"))
    // Whoever it belongs to, and where it leads to nothing.
    try #require(lchown(path, Self.nobody, Self.nobody) == 0)
    #expect(try refusal(path).contains("it is a symbolic link"))
    unlink(path)
    try #require(symlink(directory.path + "/missing", path) == 0)
    #expect(try refusal(path).contains("it is a symbolic link"))
    #expect(access(directory.path + "/missing", F_OK) != 0)
    #expect(try text(of: secret) == "old\n")
  }

  @Test func aLinkThatTakesThePlaceOfTheFileIsNotFollowed() throws {
    try put("old\n", at: secret)
    var file = try open(path)
    try #require(rename(path, path + "-moved") == 0)
    try #require(symlink(secret, path) == 0)
    file.reopen()
    _ = try file.write([line(1)])
    #expect(try text(of: secret) == "old\n")
    #expect(try numbers(text(of: path + "-moved")) == [1])
  }

  @Test func onlyRegularFilesAreWritten() throws {
    try #require(mkfifo(path, 0o600) == 0)
    #expect(try refusal(path).contains("it is a pipe, not a regular file"))
    #expect(try refusal("/dev/null").contains("it is a device, not a regular file"))
    #expect(try refusal(directory.path).contains("it is a directory"))
    #expect(
      try refusal("/proc/nettop/log")
        == "cannot write to /proc/nettop/log: No such file or directory"
    )
  }

  @Test func theFilesOfAUsersDirectoryAreTheUsers() throws {
    try put("old\n", at: secret)
    let home = directory.path + "/home"
    mkdir(home, 0o755)
    chown(home, Self.nobody, Self.nobody)
    let path = home + "/log"
    // What the user put there for the next rotation leads nowhere.
    symlink(secret, path + ".1")
    var file = try open(path, rotating: "1K", keeping: 2)
    for number in 1...500 { _ = try file.write([line(number)]) }
    #expect(try names(in: home) == ["log", "log.1", "log.2"])
    for name in try names(in: home) {
      var status = stat()
      #expect(lstat("\(home)/\(name)", &status) == 0 && status.st_uid == Self.nobody)
      #expect(status.st_mode & S_IFMT == S_IFREG)
    }
    #expect(try text(of: secret) == "old\n")
    let all = try texts(path).flatMap(numbers)
    #expect(all == Array((501 - all.count)...500))
  }

  @Test func aUsersDirectoryThatTheUserCannotWriteToIsRefused() throws {
    let home = directory.path + "/home"
    mkdir(home, 0o555)
    chown(home, Self.nobody, Self.nobody)
    #expect(
      try refusal(home + "/log").contains("Permission denied (with the rights of user 65534")
    )
    // A link of the user's into a directory of root.
    chmod(home, 0o755)
    mkdir(directory.path + "/closed", 0o700)
    symlink(directory.path + "/closed", home + "/there")
    #expect(try refusal(home + "/there/log").contains("Permission denied"))
  }

  @Test func inADirectoryForAllOnlyFilesOfRootAreWritten() throws {
    chmod(directory.path, 0o1777)
    var file = try open(path, rotating: "1K")
    _ = try file.write((1...200).map(line))
    #expect(try texts(path).flatMap(numbers) == Array(1...200))
    try put("", at: directory.path + "/theirs", owner: Self.nobody)
    #expect(try refusal(directory.path + "/theirs").contains("it belongs to another user"))
    try put("old\n", at: secret)
    try #require(link(secret, directory.path + "/second") == 0)
    #expect(try refusal(directory.path + "/second").contains("it has several names (hard links)"))
    #expect(try text(of: secret) == "old\n")
    // Without the sticky bit, anybody could put another file in its place.
    chmod(directory.path, 0o777)
    #expect(try refusal(path).contains("users other than root can write to"))
  }
}
