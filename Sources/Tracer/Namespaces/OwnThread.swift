import CThreads
import Glibc

/// Runs `body` on a new thread and waits for it, so that what it does to its thread (`setns`) ends
/// with it.
///
/// Where no thread can be created it tries again for some seconds, until the program's handler of
/// `threads_on_shortage` is called; does nothing where there is none.
package func onOwnThread(_ body: () -> Void) {
  withoutActuallyEscaping(body) { body in
    // The thread ends before this function returns, and nobody else runs meanwhile.
    let box = Unmanaged.passRetained(ThreadBody(body))
    defer { box.release() }
    var thread = pthread_t()
    for attempt in 1...Int(THREAD_ATTEMPTS) {
      let code = pthread_create(
        &thread,
        nil,
        { context in
          if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeUnretainedValue().run() }
          return nil
        },
        box.toOpaque()
      )
      if code == 0 {
        pthread_join(thread, nil)
        return
      }
      if attempt < THREAD_ATTEMPTS { sleep(1) }
    }
  }
}

private final class ThreadBody {
  let run: () -> Void

  init(_ run: @escaping () -> Void) {
    self.run = run
  }
}
