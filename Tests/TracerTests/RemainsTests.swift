private import CLibbpf
import Connections
import Glibc
import Testing

@testable import Tracer

extension LiveKernel {
  /// What a tracer leaves in the kernel: nothing.
  @Suite(.ofBPF) struct Remains {
    /// What Dispatch and the runtime open once for a process stays, and is none of a tracer's.
    private static let warmUp = Task {
      let tracer = try Tracer()
      for try await _ in tracer.batches(every: .milliseconds(1)) { await tracer.stop() }
      try await Task.sleep(for: .milliseconds(200))
    }

    init() async throws {
      try await Self.warmUp.value
    }

    /// What this process holds of a kind: the numbers that `fdinfo` has under a name.
    private func held(_ name: String) -> Set<UInt32> {
      let files = ProcFS(root: "/proc/self/fdinfo")
      var numbers: Set<UInt32> = []
      for descriptor in files.pids() {
        guard let bytes = files.read("\(descriptor)") else { continue }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
          let words = line.split { $0 == ":" || $0 == "\t" || $0 == " " }
          guard words.count == 2, words[0] == name, let number = UInt32(words[1]) else { continue }
          numbers.insert(number)
        }
      }
      return numbers
    }

    private func programExists(_ id: UInt32) -> Bool {
      let descriptor = bpf_prog_get_fd_by_id(id)
      if descriptor >= 0 { close(descriptor) }
      return descriptor >= 0
    }

    private func mapExists(_ id: UInt32) -> Bool {
      let descriptor = bpf_map_get_fd_by_id(id)
      if descriptor >= 0 { close(descriptor) }
      return descriptor >= 0
    }

    /// The kernel frees programs and maps a little after their last reference.
    private func gone(_ exist: () -> Bool) async throws -> Bool {
      for _ in 0..<Patience.seconds(200) {
        if !exist() { return true }
        try await Task.sleep(for: .milliseconds(50))
      }
      return false
    }

    private func descriptors() -> Int {
      ProcFS(root: "/proc/self/fd").pids().count
    }

    /// The programs and maps of a tracer, which has ended as `end` does it.
    private func use(
      _ end: (Tracer) async throws -> Void
    ) async throws -> (programs: Set<UInt32>, maps: Set<UInt32>) {
      let before = (programs: held("prog_id"), maps: held("map_id"))
      let tracer = try Tracer()
      let programs = held("prog_id").subtracting(before.programs)
      let maps = held("map_id").subtracting(before.maps)
      #expect(programs.allSatisfy(programExists))
      #expect(maps.allSatisfy(mapExists))
      try await end(tracer)
      return (programs, maps)
    }

    /// Runs a tracer, and has it end as `end` does.
    private func expectNothingLeft(
      sourceLocation: SourceLocation = #_sourceLocation,
      after end: (Tracer) async throws -> Void
    ) async throws {
      let files = descriptors()
      let (programs, maps) = try await use(end)
      #expect(programs.count >= 4, sourceLocation: sourceLocation)
      #expect(maps.count >= 5, sourceLocation: sourceLocation)
      let programsGone = try await gone { programs.contains(where: programExists) }
      let mapsGone = try await gone { maps.contains(where: mapExists) }
      let filesClosed = try await gone { descriptors() > files }
      #expect(programsGone, sourceLocation: sourceLocation)
      #expect(mapsGone, sourceLocation: sourceLocation)
      #expect(filesClosed, sourceLocation: sourceLocation)
    }

    @Test func `after it was stopped`() async throws {
      try await expectNothingLeft { tracer in
        for try await _ in tracer.batches(every: .milliseconds(1)) { await tracer.stop() }
      }
    }

    @Test func `after its stream was left`() async throws {
      try await expectNothingLeft { tracer in
        for try await _ in tracer.batches(every: .milliseconds(1)) { break }
      }
    }

    @Test func `after its task was cancelled`() async throws {
      try await expectNothingLeft { tracer in
        let batches = tracer.batches(every: .seconds(3600))
        let (first, begun) = AsyncStream<Void>.makeStream()
        let task = Task {
          var count = 0
          for try await _ in batches {
            count += 1
            begun.finish()
          }
          return count
        }
        for await _ in first {}
        task.cancel()
        let count = try await task.value
        #expect(count == 1)
      }
    }

    @Test func `after it was dropped without a stream`() async throws {
      try await expectNothingLeft { _ in }
    }

    @Test func `no batches after its stop`() async throws {
      let tracer = try Tracer()
      await tracer.stop()
      for try await _ in tracer.batches(every: .milliseconds(1)) {
        Issue.record("a batch of a tracer that was stopped")
      }
    }
  }
}
