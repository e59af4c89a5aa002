internal import CTracer
import Glibc

/// The tree of cgroup v2: where a cgroup is, by the ID that the kernel knows it by. Serves for
/// processes that left before `/proc` could be asked.
///
/// The kernel opens a cgroup by its ID, so no tree is walked. An ID is never used again, so what was
/// found stays true.
struct ControlGroupTree {
  private let proc: ProcFS
  private var mount: Mount?
  private var paths: [UInt64: String?] = [:]

  private static let limit = 4096

  /// Where cgroup v2 is mounted, and what of it.
  private struct Mount {
    let point: String
    let root: String
  }

  init(proc: ProcFS) {
    self.proc = proc
    mount = Self.mount(proc)
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

  private static func path(_ id: UInt64, _ mount: Mount) -> String? {
    let directory = open(mount.point, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return nil }
    defer { close(directory) }
    var handle = nettop_cgroup_handle(bytes: 8, type: NETTOP_FILEID_KERNFS, id: id)
    let cgroup = nettop_open_cgroup(directory, &handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard cgroup >= 0 else { return nil }
    defer { close(cgroup) }
    // This process's own descriptor, wherever `proc` is.
    guard let found = ProcFS().link("self/fd/\(cgroup)"), found.hasPrefix(mount.point) else {
      return nil
    }
    let below = found.dropFirst(mount.point.count)
    let root = mount.root == "/" ? "" : mount.root
    return root + below == "" ? "/" : root + below
  }

  /// Lines are `ID PARENT MAJOR:MINOR ROOT POINT OPTIONS … - TYPE SOURCE OPTIONS`.
  private static func mount(_ proc: ProcFS) -> Mount? {
    guard let bytes = proc.read("self/mountinfo", limit: 1 << 20) else { return nil }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      guard let dash = words.firstIndex(of: "-"), dash + 1 < words.count,
        words[dash + 1] == "cgroup2", words.count > 5
      else { continue }
      return Mount(point: String(words[4]), root: String(words[3]))
    }
    return nil
  }
}
