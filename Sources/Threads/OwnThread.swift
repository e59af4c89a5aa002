import CThreads
import Glibc
import SystemPackage

/// Runs `body` on a new thread and waits for it, so that what it does to its thread (`setns`) ends
/// with it.
///
/// Where no thread can be created it tries again for some seconds, until the program's handler of
/// `threads_on_shortage` is called; does nothing where there is none.
package func onOwnThread(_ body: () -> Void) {
  // The thread ends before this function returns, and nobody else runs meanwhile.
  withoutActuallyEscaping(body) { body in
    for attempt in 1...Int(THREAD_ATTEMPTS) {
      do throws(Errno) {
        return try SystemThread.startNeeded(body).join()
      } catch {
        if attempt < THREAD_ATTEMPTS { sleep(1) }
      }
    }
  }
}
