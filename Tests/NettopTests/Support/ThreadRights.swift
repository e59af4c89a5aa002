import Foundation
import Glibc

/// What the kernel says about the rights of a thread: lines of `/proc/PID/task/TID/status`.
struct ThreadRights {
  private let lines: [Substring]

  /// Those of all threads of a process that do not end meanwhile.
  static func all(of pid: pid_t) -> [ThreadRights] {
    let tasks = "/proc/\(pid)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return threads.compactMap { thread in
      let text = try? String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)
      return text.map { ThreadRights(lines: $0.split(separator: "\n")) }
    }
  }

  /// What stands behind a name, such as `NoNewPrivs`.
  subscript(name: String) -> String? {
    lines.first { $0.hasPrefix("\(name):") }.map { line in
      line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
    }
  }

  /// A set of capabilities, such as `CapEff`: bit 0 is CAP_CHOWN.
  func capabilities(_ name: String) -> UInt64? { self[name].flatMap { UInt64($0, radix: 16) } }

  /// Whether a filter refuses it system calls.
  var hasFilter: Bool { self["Seccomp"] == "2" }
}
