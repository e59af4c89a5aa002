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
    for mount in proc.mounts where mount.type == "cgroup2" {
      let found = open(mount.point, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard found >= 0 else { continue }
      if Self.isRoot(found) {
        descriptor = found
        return
      }
      close(found)
    }
    let mounted = nettop_mount("cgroup2")
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
}
