import Glibc
import TestSupport
import Testing

/// The program in a file that has the capabilities for tracing, for a user who has none.
final class CapableProgram {
  private let directory: TemporaryDirectory
  private let path: String

  /// Somebody who owns no process of the tests and no file.
  static let user: uid_t = 65534

  private static let capabilities =
    "cap_bpf,cap_perfmon,cap_net_admin,cap_sys_admin,cap_sys_ptrace,cap_dac_read_search,cap_kill"

  private static let setcap: String? = ["/usr/sbin/setcap", "/sbin/setcap"].first { path in
    access(path, X_OK) == 0
  }

  /// Whether the host has setcap, and capabilities of files in `/tmp` count.
  static var isPossible: Bool {
    var system = statvfs()
    // ST_NOSUID.
    return setcap != nil && statvfs("/tmp", &system) == 0 && system.f_flag & 2 == 0
  }

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path + "/nettop"
    try #require(try Child.perform(path: "cp", [Array(Nettop.path.utf8), Array(path.utf8)]))
    try #require(chmod(path, 0o755) == 0)
    let words = [Self.capabilities + "=ep", path].map { Array($0.utf8) }
    try #require(try Child.perform(path: try #require(Self.setcap), words))
  }

  /// Leaves it a program as any other.
  func removeCapabilities() throws {
    let words = ["-r", path].map { Array($0.utf8) }
    try #require(try Child.perform(path: try #require(Self.setcap), words))
  }

  /// What starts it as that user.
  func words(_ arguments: [String]) -> [String] { setpriv([]) + arguments }

  /// What starts it as that user with the rights that `nettop-record.service` has.
  func wordsOfService(_ arguments: [String]) -> [String] {
    let bounding = Self.capabilities.split(separator: ",").map { "+\($0.dropFirst("cap_".count))" }
    let ambient = (["-all"] + bounding.filter { $0 != "+kill" }).joined(separator: ",")
    let rights = [
      "--bounding-set=\((["-all"] + bounding).joined(separator: ","))", "--inh-caps=\(ambient)",
      "--ambient-caps=\(ambient)", "--no-new-privs",
    ]
    return setpriv(rights) + arguments
  }

  private func setpriv(_ rights: [String]) -> [String] {
    let user = ["--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups"]
    return ["setpriv"] + user + rights + [path]
  }
}

extension Trait where Self == ConditionTrait {
  /// Needs a `CapableProgram`.
  static var capableProgram: Self {
    .enabled(if: CapableProgram.isPossible, "setcap is missing, or /tmp is mounted with nosuid")
  }
}
