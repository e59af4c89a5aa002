/// Where the hierarchy of cgroup v2 is mounted.
package struct CgroupMount: Hashable, Sendable {
  /// The directory it is mounted at.
  package let path: String
  /// The part of the hierarchy that is mounted there; `/` for all that the mounter saw.
  package let root: String

  /// The first of the mounts that `/proc/PID/mountinfo` lists, those of the whole hierarchy before
  /// others; `nil` if it is not mounted.
  static func first(_ mountinfo: [UInt8]) -> CgroupMount? {
    let lines = String(decoding: mountinfo, as: UTF8.self).split(separator: "\n")
    let mounts = lines.compactMap { line -> CgroupMount? in
      let words = line.split(separator: " ")
      guard let dash = words.firstIndex(of: "-"), dash + 1 < words.count, dash > 4,
        words[dash + 1] == "cgroup2"
      else { return nil }
      return CgroupMount(path: String(words[4]), root: String(words[3]))
    }
    return mounts.first { $0.root == "/" } ?? mounts.first
  }
}
