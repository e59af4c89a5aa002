/// Acts on connections and processes.
package protocol SocketActor: Sendable {
  /// Has the kernel end a connection with a reset (`SOCK_DESTROY`, as `ss -K`): its process gets
  /// `ECONNABORTED`, and the reason of its end is `aborted`. Ends a listener likewise.
  func destroy(_ connection: Connection) async throws(ActionError)

  /// Why it can close no connection at all, where that is known before it tries; `nil` otherwise.
  var closingRefusal: ActionError? { get }

  /// Sends a signal to exactly this process: never to one that has its PID now.
  func send(_ signal: ProcessSignal, to process: Process.ID) throws(ActionError)
}
