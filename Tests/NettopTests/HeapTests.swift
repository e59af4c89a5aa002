import CProcess
import SystemPackage
import Testing

@testable import nettop

/// Memory that is given back.
struct HeapTests {
  /// Pages of files that are mapped and in memory: the third number of `/proc/self/statm`.
  private static var filePages: Int {
    get throws {
      let statm = try FileDescriptor.open("/proc/self/statm", .readOnly)
      defer { try? statm.close() }
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = try bytes.withUnsafeMutableBytes { try statm.read(into: $0) }
      let words = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
      return words.count > 2 ? Int(words[2]) ?? 0 : 0
    }
  }

  @Test func codeThatIsGivenBackRunsAgain() throws {
    let before = try Self.filePages
    code_release()
    let after = try Self.filePages
    // The tests beside this one go on.
    #expect(after < before * 3 / 4)
    #expect("\(Heap.self)" == "Heap")
  }

  /// What the start left behind goes after the third batch, and what a flood left once it is over.
  @Test func batchesTellWhenMemoryIsGivenBack() {
    var heap = Heap()
    let steps = [9000, 9000, 9000, 10, 10, 10, 10, 10].map { heap.settle(after: $0) }
    #expect(steps == [[], [], [.start], [], [], [], [.flood], []])
  }

  /// A keyframe of the history leaves as much behind as a flood, whatever the batches are.
  @Test func whatAKeyframeLeftGoesToo() {
    var heap = Heap()
    let before = (0..<10).map { _ in heap.settle(after: 10) }
    #expect(before.dropFirst(3).allSatisfy { $0.isEmpty })
    heap.note(keyframeOf: 9000)
    var after = (0..<5).map { _ in
      heap.note(keyframeOf: 0)
      return heap.settle(after: 10)
    }
    #expect(after == [[], [], [], [.flood], []])
    heap.note(keyframeOf: 900)
    after = (0..<5).map { _ in heap.settle(after: 10) }
    #expect(after.allSatisfy { $0.isEmpty })
  }
}
