internal import CLibbpf
import Synchronization
import SystemPackage
import Threads

/// What concerns one part of a BPF object, or each of them.
enum ObjectParts {
  /// Loads each part in a thread of its own. The caller's loads the first, and those for which there is
  /// no thread.
  ///
  /// - Returns: why parts were refused, in no order.
  static func load(_ parts: [OpaquePointer]) -> [Errno] {
    let results = Results()
    var threads: [SystemThread] = []
    for part in parts.dropFirst() {
      nonisolated(unsafe) let part = part
      do throws(Errno) {
        threads.append(try SystemThread.start { results.add(bpf_object__load(part)) })
      } catch {
        results.add(bpf_object__load(part))
      }
    }
    if let first = parts.first { results.add(bpf_object__load(first)) }
    for thread in threads { thread.join() }
    return results.failures.withLock { $0 }
  }

  private final class Results: Sendable {
    let failures = Mutex<[Errno]>([])

    func add(_ result: Int32) {
      if result != 0 { failures.withLock { $0.append(Errno(rawValue: -result)) } }
    }
  }

  static func programs(of part: OpaquePointer) -> [OpaquePointer] {
    var programs: [OpaquePointer] = []
    while let program = bpf_object__next_program(part, programs.last) { programs.append(program) }
    return programs
  }

  static func maps(of part: OpaquePointer) -> [OpaquePointer] {
    var maps: [OpaquePointer] = []
    while let map = bpf_object__next_map(part, maps.last) { maps.append(map) }
    return maps
  }
}
