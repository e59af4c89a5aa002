import Monitor
import Testing

@testable import nettop

/// Lines that wait for a reader.
struct LinesTests {
  @Test func comeOutInTheirOrderAndLeaveNothingBehind() {
    var lines = Lines()
    var next = 0
    for number in 0..<50_000 {
      lines.append(LogLine("\(number)"))
      if number.isMultiple(of: 3) {
        for line in lines.takeFirst(2) {
          #expect(line == LogLine("\(next)"))
          next += 1
        }
      }
    }
    #expect(lines.count == 50_000 - next)
    while !lines.isEmpty {
      let taken = lines.takeFirst(32)
      #expect(taken.first == LogLine("\(next)") && taken.count <= 32)
      next += taken.count
    }
    #expect(next == 50_000)
    #expect(lines.bytes == 0 && lines.room <= 4096)
    #expect(lines.takeFirst(5).isEmpty)
  }
}
