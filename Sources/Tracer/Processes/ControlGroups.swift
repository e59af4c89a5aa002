import Connections

/// The control groups of one process: `/proc/PID/cgroup`.
struct ControlGroups: Hashable, Sendable {
  /// Those that say something first: that of version 2, systemd's of version 1, others of version 1;
  /// then the roots.
  let paths: [String]

  /// Lines are `HIERARCHY:CONTROLLERS:PATH`, with hierarchy 0 for version 2. What is no such line is
  /// left out.
  init(_ bytes: [UInt8]) {
    var ranked: [(rank: Int, path: String)] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(
        separator: UInt8(ascii: ":"),
        maxSplits: 2,
        omittingEmptySubsequences: false
      )
      guard parts.count == 3 else { continue }
      let path = String(decoding: parts[2], as: UTF8.self)
      let isSystemd = parts[1].elementsEqual("name=systemd".utf8)
      let rank = parts[0].elementsEqual("0".utf8) ? 0 : isSystemd ? 1 : 2
      ranked.append((path == "/" ? rank + 3 : rank, path))
    }
    paths = (0..<6).flatMap { rank in ranked.filter { $0.rank == rank }.map(\.path) }
  }

  /// The one that says most.
  var path: String? { paths.first }

  /// What runs in it, without the name that people gave it.
  var container: Container? {
    let found = paths.compactMap(Container.init(cgroup:))
    return found.first { $0.runtime != .systemd } ?? found.first
  }
}

extension ProcFS {
  /// What `/proc/PID/cgroup` has; `nil` if there is no such process.
  func controlGroups(_ pid: Int32) -> ControlGroups? {
    read("\(pid)/cgroup", limit: 65536).map(ControlGroups.init)
  }
}
