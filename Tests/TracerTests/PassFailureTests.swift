import Connections
import Glibc
import Testing

@testable import Tracer

extension LiveKernel {
  /// A kernel that refuses a pass: the descriptors of the programs lead elsewhere.
  @Suite(.ofBPF) struct PassFailureTests {
    /// The descriptors of this process that are BPF programs of the type `syscall`.
    private static func programs() -> Set<Int32> {
      let directory = "/proc/self/fdinfo"
      let proc = ProcFS(root: directory)
      guard let names = opendir(directory) else { return [] }
      defer { closedir(names) }
      var found: Set<Int32> = []
      while let entry = readdir(names) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard let number = Int32(name), let text = proc.read(name) else { continue }
        if String(decoding: text, as: UTF8.self).contains("prog_type:\t31") { found.insert(number) }
      }
      return found
    }

    /// Has descriptors lead to nothing, until what is returned is restored.
    private func divert(_ descriptors: Set<Int32>) throws -> [(Int32, saved: Int32)] {
      let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
      try #require(null >= 0)
      defer { close(null) }
      return descriptors.map { descriptor in
        let saved = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        _ = dup2(null, descriptor)
        return (descriptor, saved)
      }
    }

    private func restore(_ diverted: [(Int32, saved: Int32)]) {
      for (descriptor, saved) in diverted {
        _ = dup2(saved, descriptor)
        close(saved)
      }
    }

    @Test func `one is counted and healed, several in a row are an end`() async throws {
      try await Lab.with { lab in
        let others = Self.programs()
        let collector = try await lab.trace(every: .milliseconds(250))
        let programs = Self.programs().subtracting(others)
        try #require(!programs.isEmpty)
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)

        let diverted = try divert(programs)
        do {
          defer { restore(diverted) }
          try await collector.wait("a failure") { $0.health[.passes] > 0 ? true : nil }
        }
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        try await client.ask("write \(near.fd) 1000")
        try await collector.wait("figures after it") { view in
          view.live(far)?.counters.bytesReceived == 1000 ? true : nil
        }
        #expect(await collector.view.health[.passes] < PassFailures.mostInARow)

        let again = try divert(programs)
        defer { restore(again) }
        await #expect(throws: SourceError.self) {
          try await collector.wait("an end") { _ -> Bool? in nil }
        }
      }
    }
  }
}
