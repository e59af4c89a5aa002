import Connections
import Samples
import Testing

@testable import Monitor

/// What holds for any text.
struct FilterPropertyTests {
  private static let scraps =
    FilterTests.cases.map(\.text) + FilterField.names + FilterOperator.allCases.map(\.rawValue)
    + ["(", ")", "!", "not ", "and", "or", "&&", "||", "\"", "'", "\\", "*", "%", " ", "\t", "\n"]
    + [
      "5", "1.5", "99999999999999999999999", "10kB/s", "1h30m", "0", "1e5", "\u{0}", "日本",
      "e\u{301}",
    ]
    + [
      ",", "-", "80,443", "8000-8999", "1ms-5ms", "port=", "https", "estab,listen", "1k-2k,5",
      "::1", "10.0.0.0/8", "[::1]:5", "{2}", "[[:alpha:]", "[^]]", "a{1,9}", "\\1", ".*", "+",
      "\u{202e}",
    ]

  private func text(_ generator: inout SeededGenerator) -> String {
    var scalars = Array(
      (0..<Int.random(in: 1...6, using: &generator)).map { _ in
        Self.scraps.randomElement(using: &generator) ?? ""
      }.joined(separator: Bool.random(using: &generator) ? " " : "").unicodeScalars
    )
    for _ in 0..<Int.random(in: 0...3, using: &generator) where !scalars.isEmpty {
      let index = Int.random(in: 0..<scalars.count, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: scalars.remove(at: index)
      case 1: scalars.swapAt(index, Int.random(in: 0..<scalars.count, using: &generator))
      default:
        let byte = UInt8.random(in: 0...127, using: &generator)
        scalars.insert(Unicode.Scalar(byte), at: index)
      }
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// Checks a text.
  ///
  /// - Returns: whether it is a filter.
  private func check(_ text: String, _ model: Model) -> Bool {
    do throws(FilterError) {
      let lookup: ServicePorts.Lookup = { $0 == "https" ? 443 : nil }
      let filter = try ServicePorts.with(lookup) { () throws(FilterError) in
        try Filter(parsing: text)
      }
      let canonical = try Filter(parsing: filter.description)
      #expect(canonical == filter, "\(text)")
      #expect(canonical.description == filter.description, "\(text)")
      let rows = FilterTests.cookies(filter, model)
      #expect(rows == FilterTests.cookies(canonical, model), "\(text)")
      if !filter.isEmpty {
        let others = FilterTests.cookies(try Filter(parsing: "not (\(filter))"), model)
        #expect(Set(others) == Set(1...7).subtracting(rows), "\(text)")
      }
      let both = filter.and(try Filter(parsing: "x or y"))
      let again = try ServicePorts.with(lookup) { () throws(FilterError) in
        try Filter(parsing: both.text)
      }
      #expect(again == both, "\(text)")
      return true
    } catch {
      #expect((0...text.unicodeScalars.count).contains(error.range.lowerBound), "\(text)")
      #expect(error.range.upperBound <= text.unicodeScalars.count, "\(text)")
      #expect(!error.message.isEmpty)
      #expect(error.lines(for: text).count == 3)
      return false
    }
  }

  @Test(arguments: 0..<8)
  func anyTextIsAFilterOrAnError(_ seed: UInt64) {
    var generator = SeededGenerator(seed)
    let model = Sample.model()
    let count = (0..<400).count { _ in check(text(&generator), model) }
    // Enough of either to say something.
    #expect((20..<380).contains(count))
  }

  @Test func anyBytesAreAFilterOrAnError() {
    var generator = SeededGenerator(42)
    let model = Sample.model()
    for _ in 0..<1000 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      _ = check(String(decoding: bytes, as: UTF8.self), model)
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: 0..<4)
  func anyRegularExpressionIsBounded(_ seed: UInt64) throws {
    let atoms = [
      "a", ".", "(", ")", "(a|", "[ab]", "[^a]", "x*", "a?", "+", "{2}", "{3,9}", "*", "|", "^",
      "$",
    ]
    var generator = SeededGenerator(seed)
    var subjects = ["", "ab", String(repeating: "a", count: 3000)]
    subjects.append(
      String((0..<3000).map { _ in "ab".randomElement(using: &generator) ?? "a" })
    )
    var count = 0
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 1...16, using: &generator)).map { _ in
        atoms.randomElement(using: &generator) ?? ""
      }.joined()
      guard let expression = try? RegularExpression(text) else { continue }
      count += 1
      for subject in subjects { _ = expression.isFound(in: subject) }
    }
    #expect(count > 10)
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ".*a.{200}", "(a?){60}b", "(a*)*b", "((a|ab)*)*c", "(.*)(.*)(.*)(.*)x", "a.*b.*c.*d.*e",
      "(((a{4}){4}){4})", "(a|b|c|d){60}z",
    ]
  )
  func hostileRegularExpressionsEnd(_ text: String) throws {
    var generator = SeededGenerator(1)
    guard let expression = try? RegularExpression(text) else { return }
    for _ in 0..<20 {
      let subject = String((0..<4000).map { _ in "abcd".randomElement(using: &generator) ?? "a" })
      _ = expression.isFound(in: subject)
    }
  }

  @Test(arguments: [
    ("^nginx$", "nginx", true), ("^nginx$", "xnginx", false), ("b$|^a", "xb", true),
    ("b|c", "xxc", true), ("^a|b", "xa", false), ("[[:digit:]]+", "ab7", true),
    ("a.c", "xabcx", true), ("(^|x)y", "axy", true), ("(^|x)y", "ay", false), ("", "any", true),
    ("a{2,3}b", "aab", true), ("a{2,3}b", "ab", false), ("[]a]", "]", true), ("\\.", "a.b", true),
    ("\\(", "a(b", true), ("ÄÖ", "xÄÖ", true),
  ])
  func findsRegularExpressions(_ text: String, subject: String, isFound: Bool) throws {
    let expression = try RegularExpression(text)
    #expect(expression.isFound(in: subject) == isFound)
    #expect(expression.isFound(in: subject.uppercased()) == isFound)
  }
}
