import Connections

extension Owner {
  /// Its PID; `nil` for the kernel, which is no process, and for a process that has none here.
  package var pid: Int32? { process.pid }

  /// The PIDs of all processes that hold the socket, its own first; none for the kernel, and where
  /// no process holds it any more.
  var holders: [Int32] {
    isLast ? [] : processes.compactMap(\.pid)
  }

  /// The name of the process, with a mark: `?` where it only has the listener, `†` once no process
  /// holds the socket any more.
  func nameText(isASCII: Bool) -> String {
    if !isProven { return process.name + "?" }
    return isLast ? process.name + (isASCII ? "~" : "†") : process.name
  }

  /// How the process is known: `accept`, `scan`.
  var sourceText: String {
    isProven ? source.name : "\(source.name) (may not hold this connection)"
  }
}

extension Process {
  /// Its PID; `nil` for the kernel, and outside of the container that nettop runs in.
  var pid: Int32? { self == .kernel || !id.isVisible ? nil : id.pid }

  /// `nginx 42`, or the name alone where it has no PID here.
  package var nameAndPID: String { id.isVisible ? "\(name) \(id.pid)" : name }

  /// The name of the user, or else the number; `nil` for the kernel.
  package var userText: String? { self == .kernel ? nil : user ?? "\(uid)" }
}
