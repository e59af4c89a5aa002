/// Where the hierarchy of cgroup v2 is mounted.
package struct CgroupMount: Hashable, Sendable {
  /// The directory it is mounted at.
  package let path: String
  /// The part of the hierarchy that is mounted there; `/` for all that the mounter saw.
  package let root: String

  /// The first of these mounts, those of the whole hierarchy before others; `nil` if it is not
  /// mounted.
  static func first(of mounts: [Mount]) -> CgroupMount? {
    let mounts = mounts.filter { $0.type == "cgroup2" }
    guard let mount = mounts.first(where: { $0.root == "/" }) ?? mounts.first else { return nil }
    return CgroupMount(path: mount.point, root: mount.root)
  }
}
