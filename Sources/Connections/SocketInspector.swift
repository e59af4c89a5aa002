/// Reads details of single sockets and processes when they are asked for.
package protocol SocketInspector: Sendable {
  /// All that the kernel reports about the socket of a connection or listener now; `nil` if it has
  /// ended, or its namespace cannot be entered. Never another socket's: the cookie is compared.
  ///
  /// - Throws: `unsupported` where the kernel answers about no socket of its protocol, `failed` where
  ///   too many files are open to ask it.
  func details(of connection: Connection) async throws(ActionError) -> SocketDetails?

  /// What `/proc` reports about a process now; `nil` if it has ended, even if its PID is used
  /// again.
  func details(of process: Process.ID) async -> ProcessDetails?
}
