import Connections

/// Reads all that `/proc` reports about one process.
struct ProcessReader {
  let proc: ProcFS

  /// How many bytes of a command line are read: no more fit on any screen.
  private static let commandLineLimit = 1 << 17
  /// No chain of parents is longer, unless processes change their parents meanwhile.
  private static let ancestorLimit = 256

  /// The details of exactly this process: `nil` if it has ended, even if its PID is used again.
  func details(of id: Process.ID) -> ProcessDetails? {
    let path = "\(id.pid)"
    var details = ProcessDetails(id: id)
    details.executable = proc.link("\(path)/exe")
    details.arguments = arguments(path)
    details.directory = proc.link("\(path)/cwd")
    details.cgroup = proc.controlGroups(id.pid)?.path
    details.openFiles = proc.entryCount("\(path)/fd")
    // After all others: they were this process's if it is here still.
    guard let stat = proc.processStat(id.pid), stat.startTicks == id.startTicks else { return nil }
    details.threads = stat.threads
    details.ancestors = ancestors(from: stat.parent)
    return details
  }

  private func arguments(_ path: String) -> [String] {
    var bytes = proc.read("\(path)/cmdline", limit: Self.commandLineLimit) ?? []
    // Each ends with a zero byte; an empty argument is one too.
    if bytes.last == 0 { bytes.removeLast() }
    guard !bytes.isEmpty else { return [] }
    let arguments = bytes.split(separator: 0, omittingEmptySubsequences: false)
    // A process that writes a title over its arguments (setproctitle) clears what is left of them.
    let isTitle = arguments.dropFirst().allSatisfy(\.isEmpty)
    return (isTitle ? arguments.prefix(1) : arguments[...]).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private func ancestors(from parent: Int32) -> [ProcessDetails.Ancestor] {
    var ancestors: [ProcessDetails.Ancestor] = []
    var pid = parent
    while pid > 0, ancestors.count < Self.ancestorLimit, let stat = proc.processStat(pid) {
      ancestors.append(ProcessDetails.Ancestor(pid: pid, name: stat.name))
      pid = stat.parent
    }
    return ancestors
  }
}
