import Glibc
import Testing

/// A directory that everyone may read, and that goes with this object.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/nettop-test-XXXXXX\0".utf8CString)
    try #require(mkdtemp(&template) != nil)
    chmod(template, 0o755)
    path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
  }

  deinit {
    _ = try? Child.perform(path: "rm", [Array("-rf".utf8), Array(path.utf8)])
  }
}
