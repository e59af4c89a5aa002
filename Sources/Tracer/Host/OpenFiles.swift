import Glibc
import SystemPackage

/// The files that this process can still open.
enum OpenFiles {
  /// `RLIMIT_NOFILE`: descriptors have lower numbers; `nil` if it is not known.
  static var limit: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    return Int(clamping: limit.rlim_cur)
  }

  /// How many more files can be opened: the free numbers below the limit; `nil` if that is not known.
  static func left(below limit: Int? = OpenFiles.limit, _ proc: ProcFS = ProcFS()) -> Int? {
    guard let limit else { return nil }
    do throws(Errno) {
      // A descriptor that was inherited can have a higher number.
      let used = try ProcFS(root: "\(proc.root)/self/fd").list()
        .count { Int(String(decoding: $0, as: UTF8.self)).map { $0 < limit } ?? false }
      // One of them was the directory.
      return limit - used + 1
    } catch {
      return error.isShortageOfFiles ? 0 : nil
    }
  }
}

extension Errno {
  /// Whether no more files can be opened: BPF programs, maps and links are files too.
  var isShortageOfFiles: Bool { self == .tooManyOpenFiles || self == .tooManyOpenFilesInSystem }
}
