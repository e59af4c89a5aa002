import Glibc

/// A directory of a test's own, for a tree made like `/proc`.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/nettop-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessError("mkdtemp: \(errno)") }
    path = String(decoding: template.dropLast().map(UInt8.init(truncatingIfNeeded:)), as: UTF8.self)
  }

  deinit {
    _ = try? run("rm", "-r", path)
  }

  /// Writes a file, and makes the directories above it.
  func write(_ file: String, _ bytes: some Sequence<UInt8>) throws {
    var parent = path
    for part in file.split(separator: "/").dropLast() {
      parent += "/\(part)"
      mkdir(parent, 0o755)
    }
    let descriptor = open("\(path)/\(file)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    defer { close(descriptor) }
    let bytes = Array(bytes)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw HarnessError("\(file): \(errno)")
    }
  }

  func write(_ file: String, _ text: String) throws {
    try write(file, text.utf8)
  }
}
