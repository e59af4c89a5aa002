import ArgumentParser
import CProcess
import Glibc
import Monitor

/// How the process was started.
enum Launch {
  /// The arguments, without the program's name.
  ///
  /// - Throws: if one is not UTF-8. Guessing what it names could do harm.
  static func arguments() throws(ValidationError) -> [String] {
    var count: Int32 = 0
    let pointers = process_arguments(&count)
    var arguments: [String] = []
    for index in 1..<max(1, Int(count)) {
      guard let argument = pointers?[index] else { break }
      guard let text = String(validatingCString: argument) else {
        throw ValidationError("Argument \(index) is not valid UTF-8.")
      }
      arguments.append(text)
    }
    return arguments
  }

  /// This command, for a shell, with the rights of root.
  static var commandAsRoot: String {
    let words = ["sudo", "nettop"] + ((try? arguments()) ?? [])
    return words.map(ShellWord.quoted).joined(separator: " ")
  }

  /// Nettop needs `/proc` for the owners of connections, and Dispatch for the state of its threads.
  ///
  /// - Throws: if `/proc` does not show this process.
  static func checkProc() throws(Failure) {
    var target = [CChar](repeating: 0, count: 32)
    let length = readlink("/proc/self", &target, target.count)
    let own = String(
      decoding: target.prefix(max(0, length)).map(UInt8.init(truncatingIfNeeded:)),
      as: UTF8.self
    )
    if own == "\(getpid())" { return }
    throw Failure(
      length < 0
        ? "/proc is not mounted, or does not show this process"
        : "/proc is that of another PID namespace",
      advice: "mount it: mount -t proc proc /proc"
    )
  }

  /// Dispatch ends the process without a message if it finds no descriptor for its events, the main
  /// queue or a timer.
  ///
  /// - Throws: if hardly a file can be opened.
  static func checkDescriptors() throws(Failure) {
    guard canOpen(16) else { throw .noPipe }
  }

  /// Whether that many more files can be opened.
  private static func canOpen(_ count: Int) -> Bool {
    var opened: [Int32] = []
    defer { for descriptor in opened { close(descriptor) } }
    while opened.count < count {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return false }
      opened += ends
    }
    return true
  }

  /// Every command writes to standard output.
  ///
  /// - Throws: if it is closed, or open for reading only.
  static func checkOutput() throws(Failure) {
    let flags = fcntl(STDOUT_FILENO, F_GETFL)
    guard flags < 0 || flags & O_ACCMODE == O_RDONLY else { return }
    throw Failure(
      "standard output is closed, or open for reading only",
      advice: "redirect it to a file or a pipe, or to /dev/null"
    )
  }
}
