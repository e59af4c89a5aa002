import Glibc
package import SystemPackage

/// The files that this process can still open.
package enum OpenFiles {
  /// `RLIMIT_NOFILE`: descriptors have lower numbers; `nil` if it is not known.
  static var limit: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    return Int(clamping: limit.rlim_cur)
  }

  /// How many more files can be opened: the free numbers below the limit; `nil` if that is not known.
  ///
  /// - Throws: a shortage of files, of this process or of the host.
  static func left(
    below limit: Int? = OpenFiles.limit,
    _ proc: ProcFS = ProcFS()
  ) throws(Errno) -> Int? {
    guard let limit else { return nil }
    let numbers = try ProcFS(root: "\(proc.root)/self/fd").listNumbers()
    // One of them was the directory.
    if numbers.isEmpty { return nil }
    // A descriptor that was inherited can have a higher number.
    return limit - numbers.count { $0 < limit } + 1
  }

  /// What to do about a shortage.
  package static func cure(_ shortage: Errno) -> String {
    let ofHost = shortage == .tooManyOpenFilesInSystem ? " and fs.file-max" : ""
    return "close some, or raise `ulimit -n`\(ofHost)"
  }
}

extension Errno {
  /// Whether no more files can be opened: BPF programs, maps and links are files too.
  package var isShortageOfFiles: Bool {
    self == .tooManyOpenFiles || self == .tooManyOpenFilesInSystem
  }
}
