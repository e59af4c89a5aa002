#if FUZZER
  import Foundation
  import Glibc

  /// LLVM's fuzzer, which keeps inputs that reach code that none before did.
  enum LibFuzzer {
    private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    @_silgen_name("LLVMFuzzerRunDriver")
    private static func drive(
      _ count: UnsafeMutablePointer<CInt>,
      _ arguments: UnsafeMutablePointer<Arguments>,
      _ callback: Callback
    ) -> CInt

    private nonisolated(unsafe) static var target = FuzzTarget.settings

    /// Runs a target for some seconds and ends the process. What it finds beside the corpus goes to
    /// `NETTOP_FUZZ_OUTPUT`, and so does an input that ends the process.
    static func run(_ target: FuzzTarget, for seconds: Int) throws {
      self.target = target
      let output = ProcessInfo.processInfo.environment["NETTOP_FUZZ_OUTPUT"] ?? "."
      let found = "\(output)/\(target)"
      try FileManager.default.createDirectory(atPath: found, withIntermediateDirectories: true)
      let words = [
        "fuzz", "-max_total_time=\(seconds)", "-max_len=\(target.limit)", "-timeout=5",
        "-rss_limit_mb=2048", "-print_final_stats=1", "-artifact_prefix=\(output)/\(target)-",
        found, Fuzzing.corpus(target).path,
      ]
      var arguments = words.map { strdup($0) } + [nil]
      var count = CInt(words.count)
      let status = arguments.withUnsafeMutableBufferPointer { buffer in
        guard var base = buffer.baseAddress else { return CInt(1) }
        return drive(&count, &base) { bytes, count in
          LibFuzzer.target.run([UInt8](UnsafeBufferPointer(start: bytes, count: count)))
          return 0
        }
      }
      exit(status)
    }
  }
#endif
