import Glibc

/// Runs `body` on a new thread and waits for it, so that what it does to its thread (`setns`) ends
/// with it. Does nothing where no thread can be had.
package func onOwnThread(_ body: () -> Void) {
  withoutActuallyEscaping(body) { body in
    // The thread ends before this function returns, and nobody else runs meanwhile.
    let box = Unmanaged.passRetained(ThreadBody(body))
    defer { box.release() }
    var thread = pthread_t()
    let started = pthread_create(
      &thread,
      nil,
      { context in
        if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeUnretainedValue().run() }
        return nil
      },
      box.toOpaque()
    )
    if started == 0 { pthread_join(thread, nil) }
  }
}

private final class ThreadBody {
  let run: () -> Void

  init(_ run: @escaping () -> Void) {
    self.run = run
  }
}
