import Connections
import Testing

@testable import Tracer

@Suite struct TableSizeTests {
  @Test(arguments: [
    (Int.min, 1), (0, 1), (1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (1000, 1024), (1 << 26, 1 << 26),
    ((1 << 26) + 1, 1 << 27),
  ])
  func `powers of two`(number: Int, expected: Int) {
    #expect(TableSize.powerOfTwo(atLeast: number) == expected)
  }

  @Test(arguments: [-1, 0, 1, 100, 409, 410, 5000, 100_000, 1_000_000, 10_000_000])
  func `room for at least what was asked for`(capacity: Int) {
    let size = TableSize(capacity: capacity, proc: ProcFS())
    let slots = size.most
    #expect(slots.nonzeroBitCount == 1)
    #expect(size.first.nonzeroBitCount == 1 && size.first <= slots)
    #expect((slots / size.first).trailingZeroBitCount.isMultiple(of: 2))
    #expect(slots >= 1024)
    #expect(self.capacity(of: slots) >= capacity)
    #expect(slots == 1024 || self.capacity(of: slots) < capacity * 3)
  }

  @Test func `no more than the kernel's maps take`() {
    #expect(TableSize(capacity: .max, proc: ProcFS()).most == 1 << 26)
  }

  @Test func `unasked, at least for 20,000`() throws {
    let proc = try TemporaryDirectory()
    #expect(capacity(of: size(proc).most) >= 20_000)
    try proc.write("net/sockstat", "sockets: used 9\nTCP: inuse 1 orphan 0 tw 0 alloc x mem 1\n")
    #expect(capacity(of: size(proc).most) >= 20_000)
    #expect(capacity(of: size(proc).first) >= 6_000)
    #expect(size(proc).first < size(proc).most)
  }

  @Test func `unasked, for twice the sockets there are`() throws {
    let proc = try TemporaryDirectory()
    try proc.write(
      "net/sockstat",
      "sockets: used 9\nTCP: inuse 1 orphan 0 tw 0 alloc 400000 mem 1\nUDP: inuse 100000 mem 3\n"
    )
    #expect(capacity(of: size(proc).first) >= 1_000_000)
  }

  /// How many connections certainly find room in so many slots.
  private func capacity(of slots: Int) -> Int {
    Int(Double(slots) / TableSize.slotsPerConnection)
  }

  private func size(_ proc: TemporaryDirectory) -> TableSize {
    TableSize(capacity: nil, proc: ProcFS(root: proc.path))
  }
}
