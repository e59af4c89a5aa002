import Glibc

/// A helper process, spoken to through its standard input and output.
///
/// It ends when its standard input does: none is left behind however the bench ends.
final class Child {
  let pid: pid_t
  private let input: Int32
  private let output: Int32

  init(_ arguments: [String], descriptors: [Int32: Int32] = [:]) throws {
    let (inputReader, inputWriter) = try Self.pipe()
    defer { close(inputReader) }
    let (outputReader, outputWriter) = try Self.pipe()
    defer { close(outputWriter) }
    var command = Command(arguments: arguments, descriptors: descriptors)
    command.descriptors[STDIN_FILENO] = inputReader
    command.descriptors[STDOUT_FILENO] = outputWriter
    input = inputWriter
    output = outputReader
    pid = try command.start()
  }

  deinit {
    close(input)
    close(output)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
  }

  func send(_ line: String) throws {
    let bytes = Array("\(line)\n".utf8)
    guard write(input, bytes, bytes.count) == bytes.count else { throw BenchError.system("write") }
  }

  /// Waits for a line of just this text.
  func expect(_ line: String) throws {
    var received: [UInt8] = []
    var byte: UInt8 = 0
    while read(output, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n") { break }
      received.append(byte)
    }
    guard received.elementsEqual(line.utf8) else {
      throw BenchError("a helper said '\(String(decoding: received, as: UTF8.self))'")
    }
  }

  /// Waits until it has printed something.
  func awaitOutput() throws {
    var byte: UInt8 = 0
    guard read(output, &byte, 1) == 1 else { throw BenchError("a helper printed nothing") }
  }

  private static func pipe() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    try BenchError.check(Glibc.pipe(&ends), "pipe")
    for end in ends { try BenchError.check(fcntl(end, F_SETFD, FD_CLOEXEC), "fcntl") }
    return (ends[0], ends[1])
  }
}
