/// The tracepoints of this kernel that report events of TCP sockets.
struct StateTracepoints {
  /// Changes of state.
  let changed: TracepointFormat
  /// Resets; `nil` where there is no such tracepoint.
  let resetReceived: TracepointFormat?
  let resetSent: TracepointFormat?
  /// Destroyed sockets, with their cookies; `nil` where there is no such tracepoint.
  let destroyed: TracepointFormat?

  init(
    changed: TracepointFormat,
    resetReceived: TracepointFormat? = nil,
    resetSent: TracepointFormat? = nil,
    destroyed: TracepointFormat? = nil
  ) {
    self.changed = changed
    self.resetReceived = resetReceived
    self.resetSent = resetSent
    self.destroyed = destroyed
  }

  /// `nil` if the kernel has none for changes of state.
  init?(_ traceFS: TraceFS) {
    // The latter is that of Linux 4.15 alone.
    guard
      let changed = traceFS.format("sock", "inet_sock_set_state")
        ?? traceFS.format("tcp", "tcp_set_state")
    else { return nil }
    self.init(
      changed: changed,
      resetReceived: traceFS.format("tcp", "tcp_receive_reset"),
      resetSent: traceFS.format("tcp", "tcp_send_reset"),
      destroyed: traceFS.format("tcp", "tcp_destroy_sock")
    )
  }
}
