import Connections
import Samples
import Testing

@testable import Monitor

struct LogfmtTests {
  private func line(_ value: FieldValue) -> String {
    var line = LogfmtLine()
    line.add("k", value: value)
    return line.text
  }

  @Test func valuesAreWrittenAsDocumented() {
    #expect(line(.null) == "")
    #expect(line(.text("")) == #"k="""#)
    #expect(line(.boolean(false)) == "k=false")
    #expect(line(.real(1234.5)) == "k=1234.5")
    #expect(line(.text("nginx:1,[]")) == "k=nginx:1,[]")
    #expect(line(.text("a b")) == #"k="a b""#)
    #expect(line(.text("a=b")) == #"k="a=b""#)
    #expect(line(.text("\"\\\n\r\t\u{1b}")) == #"k="\"\\\n\r\t\u001b""#)
    #expect(line(.text("日本")) == #"k="日本""#)
    #expect(line(.list([.integer(1), .integer(2)])) == "k=[1,2]")
    #expect(
      line(.object([FieldValue.Member(name: "NO_SOCKET", value: .integer(3))]))
        == #"k="{\"NO_SOCKET\":3}""#
    )
    for number in [0.0001, 1e-300, 1e15, 1e300] {
      #expect(line(.real(number)).dropFirst(2).allSatisfy { $0.isNumber || $0 == "." })
    }
  }

  @Test(arguments: 0..<200) func everyValueIsReadBack(_ seed: UInt64) throws {
    var chance = HostileValues(seed)
    for _ in 0..<20 {
      let values = (0..<7).map { ("name_\($0)", chance.value()) }
      var line = LogfmtLine()
      for (name, value) in values { line.add(name, value: value) }
      #expect(line.text.isHarmless)
      let read = try LogfmtReader.values(of: line.text)
      let known = values.filter { $0.1 != .null }
      try #require(read.map(\.name) == known.map(\.0))
      for (read, (_, value)) in zip(read, known) {
        var expected = ""
        if case .text(let text) = value {
          expected = text
        } else {
          JSONText.append(value, to: &expected)
        }
        #expect(read.value == expected)
      }
    }
  }

  @Test func aSampleHasTheFieldsThatAreKnown() throws {
    var text = ""
    LogfmtFormatter().write(Sample.model(), to: &text)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 6)
    let values = try LogfmtReader.values(of: String(try #require(lines.first)))
    let first = Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.value) })
    #expect(first["time"] == "2026-03-01T12:00:01.000000Z")
    #expect(first["pid"] == "1234")
    #expect(first["command"] == "curl https://example.org/")
    #expect(first["bytes_received_per_s"] == "1290000")
    // It is open, and older than the first sample.
    #expect(first["closed_at"] == nil)
    #expect(first["opened_at"] == nil)
  }

  @Test func lossesAreLinesOfTheirOwn() {
    var report = LossReport()
    let health = SourceHealth(
      losses: [Loss(.ends, 1234)],
      limitations: [
        Limitation(what: "UDP", remedy: "no cgroup v2 is mounted", extent: .connections("udp"))
      ]
    )
    #expect(
      report.update(health).map { $0.logfmt(at: Sample.first.time) } == [
        "time=2026-03-01T12:00:00.000000Z event=lost count=1234 cause=ends",
        "time=2026-03-01T12:00:00.000000Z event=lost cause=udp",
      ]
    )
  }
}
