internal import CTracer
import Glibc

/// Why datagrams cannot be counted.
struct UDPUnavailable: Error, Hashable {
  /// What is wrong and what to do about it, in one sentence.
  let reason: String
}

/// The root of cgroup v2, under which all sockets of the host are.
final class CgroupRoot {
  let descriptor: Int32

  /// The inode of the root of a cgroup hierarchy, wherever it is mounted.
  private static let rootInode = 1

  /// Finds it where it is mounted, or else mounts it where nobody sees it.
  init(proc: ProcFS = ProcFS()) throws(UDPUnavailable) {
    let mounts = proc.read("self/mountinfo", limit: 1 << 20) ?? []
    for path in Self.mountPoints(String(decoding: mounts, as: UTF8.self)) {
      let found = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard found >= 0 else { continue }
      if Self.isRoot(found) {
        descriptor = found
        return
      }
      close(found)
    }
    let mounted = nettop_mount_cgroup2()
    guard mounted >= 0 else {
      throw UDPUnavailable(
        reason: "cgroup v2 is not mounted: mount it, or boot with it"
          + " (mount -t cgroup2 none DIRECTORY)"
      )
    }
    descriptor = mounted
    guard Self.isRoot(mounted) else {
      throw UDPUnavailable(
        reason: "nettop runs in a cgroup namespace: run it on the host, or with --cgroupns=host"
      )
    }
  }

  deinit {
    close(descriptor)
  }

  private static func isRoot(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && Int(status.st_ino) == rootInode
  }

  /// Where the text of `/proc/self/mountinfo` has cgroup v2.
  static func mountPoints(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let halves = line.split(separator: " - ", maxSplits: 1)
      guard halves.count == 2, halves[1].hasPrefix("cgroup2 ") else { return nil }
      let fields = halves[0].split(separator: " ")
      return fields.count > 4 ? unescaped(fields[4]) : nil
    }
  }

  /// Blanks and the like are there as `\040`.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
