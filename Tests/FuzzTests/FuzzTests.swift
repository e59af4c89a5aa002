import Foundation
import Glibc
import TestSupport
import Testing

/// Bytes of others do no harm, whatever they are.
@Suite(.live, .timeLimit(.minutes(30))) struct FuzzTests {
  /// Each target reads what libFuzzer has found to reach other code, and mutations of it for a few
  /// seconds (`NETTOP_FUZZ_SECONDS`). An input that ends the process is left in a file.
  @Test(arguments: FuzzTarget.allCases) func mutations(target: FuzzTarget) async {
    let path = NSTemporaryDirectory() + "/nettop-fuzz-\(target)-\(getpid())"
    let result = await #expect(processExitsWith: .success, "the input is in \(path)") {
      [target = target as FuzzTarget, path = path as String] in
      try Fuzzing.mutate(target, for: Fuzzing.seconds, writingTo: path)
    }
    if result != nil { unlink(path) }
  }

  #if FUZZER
    /// Only one target, which `NETTOP_FUZZ_TARGET` names; it ends the process.
    @Test func guidedByCoverage() throws {
      let name = try #require(ProcessInfo.processInfo.environment["NETTOP_FUZZ_TARGET"])
      try LibFuzzer.run(try #require(FuzzTarget(rawValue: name)), for: Fuzzing.seconds)
    }
  #endif
}

enum Fuzzing {
  /// How long each target is tried.
  static var seconds: Int {
    ProcessInfo.processInfo.environment["NETTOP_FUZZ_SECONDS"].flatMap { Int($0) } ?? 10
  }

  /// Where the inputs to begin with are.
  static func corpus(_ target: FuzzTarget) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(target)")
  }

  static func seeds(_ target: FuzzTarget) throws -> [[UInt8]] {
    try FileManager.default
      .contentsOfDirectory(at: corpus(target), includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
      .map { try [UInt8](Data(contentsOf: $0)) }
  }

  /// Runs a target for some seconds. The process ends where an input takes longer than five.
  static func mutate(_ target: FuzzTarget, for seconds: Int, writingTo path: String) throws {
    let file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(file) }
    func run(_ bytes: [UInt8]) {
      ftruncate(file, off_t(bytes.count))
      pwrite(file, bytes, bytes.count, 0)
      alarm(5)
      target.run(bytes)
    }
    let seeds = try seeds(target)
    try #require(!seeds.isEmpty)
    for seed in seeds { run(seed) }
    var mutator = Mutator(seeds, limit: target.limit, seed: .random(in: 0...(.max)))
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end { run(mutator.next()) }
    alarm(0)
  }
}
