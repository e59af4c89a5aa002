import Connections
import Samples
import Testing

@testable import Monitor

struct UnitsTests {
  @Test(arguments: [
    (0, "0B"), (1, "1B"), (999, "999B"), (1000, "0.98K"), (1024, "1.00K"), (1260, "1.23K"),
    (10_234, "9.99K"), (10_240, "10.0K"), (102_348, "99.9K"), (102_400, "100K"),
    (1_023_487, "999K"), (1_023_488, "0.98M"), (1_290_000, "1.23M"), (1 << 30, "1.00G"),
    (1 << 40, "1.00T"), (1 << 50, "1.00P"), (UInt64.max, "16.0E"),
  ])
  func bytes(_ count: UInt64, _ text: String) {
    #expect(Quantity.bytes(count) == text)
  }

  @Test(arguments: [
    (0.0, "0B"), (0.4, "<1B"), (1.0, "1B"), (1.5, "2B"), (999.4, "999B"), (999.5, "0.98K"),
    (1_290_000, "1.23M"), (1e30, "999E"),
  ])
  func rate(_ perSecond: Double, _ text: String) {
    #expect(Quantity.rate(perSecond) == text)
  }

  @Test(arguments: [
    (0, "0"), (99_999, "99999"), (100_000, "100k"), (1_234_567, "1.23M"), (UInt64.max, "18.4E"),
  ])
  func count(_ number: UInt64, _ text: String) {
    #expect(Quantity.count(number) == text)
  }

  @Test func amountsTakeFiveColumnsAtMost() {
    var number: UInt64 = 1
    while number < UInt64.max / 3 {
      for value in [number - 1, number, number + 1, number * 2 + number / 7] {
        #expect(Quantity.bytes(value).count <= 5)
        #expect(Quantity.count(value).count <= 5)
        #expect(Quantity.rate(Double(value) * 1.0001).count <= 5)
      }
      number += number / 4 + 1
    }
  }

  @Test(arguments: [
    (0.0, "0%"), (0.0001, "<0.1%"), (0.005, "0.5%"), (0.123, "12.3%"), (0.9999, "100%"),
    (1.0, "100%"),
  ])
  func percent(_ share: Double, _ text: String) {
    #expect(Quantity.percent(share) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
  func grouped(_ number: Int, _ text: String) {
    #expect(Quantity.grouped(number) == text)
  }

  @Test(arguments: [
    (0, "0µs"), (850, "850µs"), (999, "999µs"), (1000, "1.0ms"), (12_300, "12.3ms"),
    (99_949, "99.9ms"), (99_950, "100ms"), (999_499, "999ms"), (999_500, "1.0s"),
    (1_234_000, "1.2s"), (99_949_000, "99.9s"), (99_950_000, "100s"), (4_294_967_295, "4295s"),
  ])
  func microseconds(_ microseconds: UInt64, _ text: String) {
    #expect(DurationText.microseconds(microseconds) == text)
    #expect(text.count <= 6)
  }

  @Test(arguments: [
    (-1.0, "0s"), (5.9, "5s"), (59, "59s"), (60, "1m00s"), (723, "12m03s"), (3599, "59m59s"),
    (3600, "1h00m"), (11_520, "3h12m"), (86_399, "23h59m"), (86_400, "1d00h"),
    (356_400, "4d03h"), (8_640_000, "100d"), (1e15, "11574074d"),
  ])
  func age(_ seconds: Double, _ text: String) {
    #expect(DurationText.age(seconds) == text)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
    (951_782_400_000_001_999, "2000-02-29T00:00:00.000001Z"),
    (1_709_251_199_999_999_999, "2024-02-29T23:59:59.999999Z"),
    (Sample.start, "2026-03-01T12:00:00.000000Z"),
    (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000Z"),
    (Int64.max, "2262-04-11T23:47:16.854775Z"), (Int64.min, "1677-09-21T00:12:43.145224Z"),
  ])
  func rfc3339(_ nanoseconds: Int64, _ text: String) {
    #expect(TimestampText.rfc3339(Timestamp(nanoseconds: nanoseconds)) == text)
  }

  @Test func timeOfDay() {
    #expect(TimestampText.timeOfDay(Sample.time(1), offset: 0) == "12:00:01")
    #expect(TimestampText.timeOfDay(Sample.time(1), offset: 13 * 3600) == "01:00:01")
    #expect(TimestampText.timeOfDay(Sample.time(1), offset: -13 * 3600 + 60) == "23:01:01")
  }

  @Test(arguments: [
    ("192.0.2.1", 443, 13, "192.0.2.1:443"), ("192.0.2.100", 44300, 16, "192.0…2.100:44300"),
    ("192.0.2.100", 44300, 13, "192.…00:44300"), ("192.0.2.100", 44300, 8, "…:44300"),
    ("192.0.2.100", 44300, 4, "4300"), ("192.0.2.100", 44300, 0, ""),
    ("2001:db8::10", 443, 18, "[2001:db8::10]:443"), ("2001:db8::10", 443, 17, "[2001:…8::10]:443"),
    ("2001:db8::10", 443, 7, "…:443"),
  ])
  func endpoint(_ address: String, _ port: UInt16, _ columns: Int, _ text: String) {
    let fitted = Sample.endpoint(address, port).fitted(to: columns)
    #expect(fitted.count <= columns)
    #expect(fitted == text || fitted.count == columns && fitted.hasSuffix(":\(port)"))
  }
}
