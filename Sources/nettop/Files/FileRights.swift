import CProcess
import Glibc
import SystemPackage
import Threads
import Tracer

/// Whose rights a file is opened with. nettop runs as root, or with capabilities, and the paths it is
/// given come from others.
enum FileRights: Hashable {
  /// Those of the process: it is root's, and nobody else has a say in what the path leads to.
  case process
  /// Those of a user, without any capability.
  case user(uid_t)

  /// Whether the process was started by root. Then it is unknown whether the person in front
  /// of it may read a file: `sudo` may let a user run nettop and nothing else.
  static var isRoot: Bool { getuid() == 0 }

  /// Runs `body` with these rights.
  func perform<Value>(
    _ body: () throws(FileRefusal) -> Value
  ) throws(FileRefusal) -> Value {
    guard case .user(let user) = self, Self.isKnown(user) else { return try body() }
    var result = Result<Value, FileRefusal>.failure(FileRefusal("cannot create a thread"))
    let identity = Identity(user)
    onOwnThread {
      let code = identity.assume()
      guard code == 0 else {
        result = .failure(FileRefusal(Errno(rawValue: code)))
        return
      }
      do throws(FileRefusal) {
        result = .success(try body())
      } catch {
        result = .failure(error)
      }
    }
    do throws(FileRefusal) {
      return try result.get()
    } catch {
      if user == getuid() { throw error }
      throw FileRefusal(
        "\(error.reason) (with the rights of user \(user), who owns part of the path)"
      )
    }
  }

  /// Whether this user namespace has the user. To the files of one that it does not have, nobody in
  /// it has more rights than others have.
  private static func isKnown(_ user: uid_t) -> Bool { UserMap.own?.has(user) ?? true }

  /// The IDs that the kernel goes by.
  private struct Identity {
    let user: uid_t
    var group = getgid()
    /// `nil` for those of the process.
    var groups: [gid_t]?

    init(_ user: uid_t) {
      self.user = user
      // Whoever started nettop has these groups already.
      if user == getuid() { return }
      // `nobody`, for a user that this host has no entry for.
      group = 65534
      groups = []
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      var buffer = [CChar](repeating: 0, count: 16384)
      guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
        return
      }
      group = entry.pw_gid
      var list = [gid_t](repeating: 0, count: 1024)
      var count = Int32(list.count)
      if let name = entry.pw_name, getgrouplist(name, group, &list, &count) >= 0 {
        groups = Array(list.prefix(Int(count)))
      }
    }

    func assume() -> Int32 {
      guard let groups else { return rights_assume(user, group, nil, 0) }
      return groups.withUnsafeBufferPointer { buffer in
        // An empty list is one all the same.
        var none: gid_t = 0
        return withUnsafePointer(to: &none) {
          rights_assume(user, group, buffer.baseAddress ?? $0, buffer.count)
        }
      }
    }
  }
}
