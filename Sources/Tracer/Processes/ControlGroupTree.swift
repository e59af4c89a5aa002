internal import CTracer
import Glibc

/// The tree of cgroup v2: where a cgroup is, by the ID that the kernel knows it by. Serves for
/// processes that left before `/proc` could be asked.
///
/// The kernel opens a cgroup by its ID, so no tree is walked. An ID is never used again, so what was
/// found stays true.
struct ControlGroupTree {
  private let mount: CgroupMount?
  private var paths: [UInt64: String?] = [:]

  private static let limit = 4096

  init(proc: ProcFS) {
    mount = CgroupMount.first(of: proc.mounts)
  }

  /// The path of a cgroup below the root of version 2; `nil` if it is gone, or cannot be asked
  /// for (without CAP_DAC_READ_SEARCH, or where no cgroup v2 is mounted).
  mutating func path(_ id: UInt64) -> String? {
    guard id != 0, let mount else { return nil }
    if let known = paths[id] { return known }
    if paths.count >= Self.limit { paths = [:] }
    let path = Self.path(id, mount)
    paths[id] = .some(path)
    return path
  }

  private static func path(_ id: UInt64, _ mount: CgroupMount) -> String? {
    let directory = open(mount.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return nil }
    defer { close(directory) }
    var handle = nettop_cgroup_handle(bytes: 8, type: NETTOP_FILEID_KERNFS, id: id)
    let cgroup = nettop_open_cgroup(directory, &handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard cgroup >= 0 else { return nil }
    defer { close(cgroup) }
    // This process's own descriptor, wherever `proc` is.
    guard let found = ProcFS().link("self/fd/\(cgroup)"), found.hasPrefix(mount.path) else {
      return nil
    }
    let below = found.dropFirst(mount.path.count)
    let root = mount.root == "/" ? "" : mount.root
    return root + below == "" ? "/" : root + below
  }
}
