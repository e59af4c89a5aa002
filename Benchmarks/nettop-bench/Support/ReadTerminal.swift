import Glibc

/// A pseudo-terminal of 200 × 50 that a thread reads as fast as anything comes, until the
/// device is closed everywhere.
final class ReadTerminal {
  /// What a program takes for its terminal.
  let device: Int32

  init() throws {
    var ends: (terminal: Int32, device: Int32) = (-1, -1)
    var size = winsize(ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
    try BenchError.check(openpty(&ends.terminal, &ends.device, nil, nil, &size), "openpty")
    device = ends.device
    var thread = pthread_t()
    let argument = UnsafeMutableRawPointer(bitPattern: Int(ends.terminal))
    let code = pthread_create(
      &thread,
      nil,
      { argument in
        let terminal = Int32(Int(bitPattern: argument))
        var buffer = [UInt8](repeating: 0, count: 65536)
        while read(terminal, &buffer, buffer.count) > 0 {}
        close(terminal)
        return nil
      },
      argument
    )
    guard code == 0 else { throw BenchError("there is no thread to read the terminal") }
    pthread_detach(thread)
  }

  deinit {
    close(device)
  }
}
