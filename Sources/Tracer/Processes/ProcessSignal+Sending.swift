internal import CTracer
import Connections
import Glibc
import SystemPackage

extension ProcessSignal {
  /// Sends it to exactly this process: never to one that has its PID now.
  func send(to id: Process.ID, proc: ProcFS) throws(ActionError) {
    let descriptor = pidfd_open(id.pid, 0)
    guard descriptor >= 0 else { throw .signalling(id.pid, Errno(rawValue: errno)) }
    defer { close(descriptor) }
    // The descriptor stays that of one process: if this is it now, it is when the signal is sent.
    guard let stat = proc.processStat(id.pid), stat.startTicks == id.startTicks else {
      throw .signalling(id.pid, .noSuchProcess)
    }
    if stat.isKernelThread { throw .kernelThread(id.pid) }
    guard pidfd_send_signal(descriptor, number, nil, 0) == 0 else {
      throw .signalling(id.pid, Errno(rawValue: errno))
    }
  }
}
