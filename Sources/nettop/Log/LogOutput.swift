import Glibc
import Monitor

/// Where the lines of a log go. Only one thread uses it.
protocol LogOutput: Sendable {
  /// Writes lines, all of them or none after a failure.
  mutating func write(_ lines: [LogLine]) throws(Failure) -> StandardOutput.Reader

  /// Goes on in a new file where its old one was taken away.
  mutating func reopen()

  /// A descriptor that `poll` reports an error of once its reader has gone; -1 if there is no reader.
  var readerDescriptor: Int32 { get }

  /// How many of the lines could not be written.
  var unwritten: UInt64 { get }

  /// The name of its file; `nil` for standard output.
  var path: String? { get }
}

/// Lines of a log for whoever reads standard output.
struct StandardLogOutput: LogOutput {
  private var output = StandardOutput()
  private var page = LogPage()

  let readerDescriptor = STDOUT_FILENO
  let unwritten: UInt64 = 0
  let path: String? = nil

  mutating func write(_ lines: [LogLine]) throws(Failure) -> StandardOutput.Reader {
    for line in lines { output.write(page.text(of: line)) }
    return try output.flush()
  }

  mutating func reopen() {}
}
