import Glibc
import Monitor
import SystemPackage

/// The file that settings are kept in.
struct SettingsFile {
  /// What a file says.
  struct Contents {
    var settings = Settings()
    /// What is wrong in it: with the path, the line and the reason, for people.
    var problems: [String] = []
  }

  let path: String
  /// Whether the user named it, so that it has to be there.
  private let isNamed: Bool

  /// More than anybody writes by hand.
  private static let limit = 1 << 16

  /// A file that the user named.
  init(named path: String) {
    self.path = path
    isNamed = true
  }

  /// `$XDG_CONFIG_HOME/nettop/config.toml`, else `$HOME/.config/nettop/config.toml`; `nil` where
  /// the environment has neither.
  ///
  /// So under sudo it is root's own, unless sudo keeps HOME: a program that runs as root takes no
  /// orders from files that others may write.
  init?(environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }) {
    // By the rules of XDG, a path that is not absolute counts for nothing.
    func directory(_ name: String) -> String? {
      environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    guard let base = directory("XDG_CONFIG_HOME") ?? directory("HOME").map({ $0 + "/.config" })
    else { return nil }
    path = base + "/nettop/config.toml"
    isNamed = false
  }

  /// Reads it. A file that nobody named may be missing.
  ///
  /// - Throws: why a named one cannot be read. What is wrong in it is among the contents.
  func read() throws(Failure) -> Contents {
    let text: String?
    do {
      text = try Self.text(at: path)
    } catch {
      let problem = "cannot read the settings in \(path): \(error)"
      if !isNamed { return Contents(problems: [problem]) }
      throw Failure(problem, advice: "nettop --print-config > FILE makes a file to begin with")
    }
    guard let text else {
      if !isNamed { return Contents() }
      throw Failure(
        "there is no settings file \(path)",
        advice: "nettop --print-config > \(path) makes one"
      )
    }
    guard text.utf8.count <= Self.limit else {
      return Contents(problems: ["\(path): is longer than 64 kB and therefore not read"])
    }
    let (settings, problems) = SettingsReader.read(text)
    return Contents(
      settings: settings,
      problems: problems.map { problem in
        let place = problem.line.map { "\(path):\($0)" } ?? path
        return "\(place): \(problem.reason)"
      }
    )
  }

  /// Writes settings: a new file explains all of them, in an old one only what differs changes.
  /// Highlights stay as they are, since only the file can change them.
  ///
  /// - Throws: why they cannot be saved; the file is as before then.
  func save(_ settings: Settings) throws(Failure) {
    do {
      guard let old = try Self.text(at: path), !old.isEmpty else {
        return try AtomicFile.write(SettingsText.text(of: settings), to: path)
      }
      guard old.utf8.count <= Self.limit else { throw Errno.fileTooLarge }
      let text = try changed(old, to: settings)
      if text != old { try AtomicFile.write(text, to: path) }
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(
        "cannot save the settings in \(path): \(error)",
        advice: "another file can be named with --config"
      )
    }
  }

  private func changed(_ old: String, to settings: Settings) throws(Failure) -> String {
    var document = SettingsDocument(old)
    let before = SettingsReader.read(old).settings
    for setting in Setting.all where setting.value(settings) != setting.value(before) {
      document.set(setting.value(settings), at: setting.path)
    }
    // Whatever the file looks like: it is replaced only by one that says what it should.
    let after = SettingsReader.read(document.text).settings
    let missing = Setting.all.first { $0.value(after) != $0.value(settings) }
    guard let missing else { return document.text }
    throw Failure(
      "cannot change '\(missing.name)' in \(path)",
      advice: "give it a line of its own there, as nettop --print-config does"
    )
  }

  /// The text of the file; `nil` where there is no file. At most a byte more than the limit.
  static func text(at path: String) throws(Errno) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw Errno(rawValue: errno)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.limit + 1)
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if read == 0 { break }
      if read < 0, errno != EINTR { throw Errno(rawValue: errno) }
      count += max(0, read)
    }
    // To Swift, the two of another system's end of a line are one character, and no line ends there.
    return String(decoding: bytes.prefix(count), as: UTF8.self)
      .replacing("\r\n", with: "\n")
  }
}
