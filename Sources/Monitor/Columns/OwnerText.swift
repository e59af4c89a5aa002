import Tracer

extension Owner {
  /// Its PID; `nil` for the kernel, which is no process.
  var pid: Int32? { process == .kernel ? nil : process.id.pid }

  /// The PIDs of all processes that hold the socket, its own first; none for the kernel, and where
  /// no process holds it any more.
  var holders: [Int32] {
    isLast ? [] : (pid.map { [$0] } ?? []) + others.map(\.id.pid)
  }

  /// The name of the process, with a mark once no process holds the socket any more.
  func nameText(isASCII: Bool) -> String {
    isLast ? process.name + (isASCII ? "~" : "†") : process.name
  }
}

extension Process {
  /// The name of the user, or else the number; `nil` for the kernel.
  var userText: String? { self == .kernel ? nil : user ?? "\(uid)" }
}
