import Glibc

/// Why the files of a database cannot grow.
enum FileShortage: Int32 {
  case disk
  case quota
  case limit

  /// What the system reported, if it is about this.
  init?(systemError: Int32) {
    switch systemError {
    case ENOSPC: self = .disk
    case EDQUOT: self = .quota
    case EFBIG: self = .limit
    default: return nil
    }
  }

  /// SQLite asks for this much beside a database before it reads or writes, and for a page with its head
  /// at least later.
  private static let (leastSpace, leastGrowth) = (UInt64(65_536), UInt64(8192))

  /// What can be seen of a database and the place that it is in; `nil` if nothing keeps it from growing.
  init?(at path: String) {
    var system = statvfs()
    if statvfs(path, &system) == 0 {
      let blocks = UInt64(geteuid() == 0 ? system.f_bfree : system.f_bavail)
      if blocks.multipliedReportingOverflow(by: UInt64(system.f_frsize)).partialValue
        < Self.leastSpace
      {
        self = .disk
        return
      }
    }
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limits) == 0 else { return nil }
    for file in [path, path + "-wal"] {
      var status = stat()
      guard stat(file, &status) == 0 else { continue }
      if UInt64(clamping: status.st_size) + Self.leastGrowth > UInt64(limits.rlim_cur) {
        self = .limit
        return
      }
    }
    return nil
  }

  /// As a phrase.
  var problem: String {
    switch self {
    case .disk: "no space is left on the disk"
    case .quota: "the disk quota is used up"
    case .limit: "the file may not grow further"
    }
  }

  /// What to do about it.
  var advice: String {
    switch self {
    case .disk, .quota: "free some space"
    case .limit: "raise `ulimit -f`"
    }
  }
}
