import Testing

@testable import Monitor

struct FilterErrorTests {
  private func failure(_ text: String) -> FilterError? {
    do throws(FilterError) {
      _ = try Filter(parsing: text)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    // (text, the place in it marked by ^, a part of the sentence)
    ("retrns>1%", "^^^^^^", "Unknown field 'retrns': did you mean 'retrans'?"),
    ("a prot=80", "  ^^^^", "did you mean"),
    ("xyzzy=1", "^^^^^", "Unknown field 'xyzzy'. To search for this text, quote it: \"xyzzy=1\"."),
    ("unacked>0", "^^^^^^^", "Unknown field 'unacked': did you mean 'unacked_bytes'?"),
    ("rttvar>5ms", "^^^^^^", "did you mean 'rttvar_us'?"),
    ("a foo='b c'", "  ^^^", "To search for this text, quote it: \"foo=b c\"."),
    ("uid=nobody", "    ^^^^^^", "uid is a number; for a name: user=nobody"),
    ("uid!~^n", "   ^^", "uid is a number"),
    ("process=~curl", "       ^^", "Use ~ to search for a regular expression."),
    ("state=establ", "      ^^^^^^", "There is no state 'establ': did you mean 'estab'?"),
    ("state=zzz", "      ^^^", "values are unconn, estab, syn-sent"),
    ("state=reset", "      ^^^^^", "but close_reason=reset"),
    ("direction=inn", "          ^^^", "did you mean 'in'?"),
    ("state~^q", "      ^^", "There is no state"),
    ("process<nginx", "       ^", "process is text"),
    ("netns >= 5", "      ^^", "netns is text"),
    ("state<estab", "     ^", "state is text"),
    ("rtt~5", "   ^", "rtt_us is a number"),
    ("raddr>10.0.0.1", "     ^", "remote_address is an address"),
    ("rtt>soon", "    ^^^^", "rtt_us takes a time, such as 50ms"),
    ("rtt>-5", "    ^^", "takes a time"),
    ("rtt>5kB", "    ^^^", "takes a time"),
    ("rtt>5ms5", "    ^^^^", "takes a time"),
    ("rtt>1.2.3ms", "    ^^^^^^^", "takes a time"),
    ("pid=curl", "    ^^^^", "pid takes a number"),
    ("port=10%", "     ^^^", "port takes a number"),
    ("port=80,https", "        ^^^^^", "There is no service 'https' in /etc/services"),
    ("port=80,", "        ^", "A value is missing after the comma"),
    ("port=,80", "     ^", "A value is missing before the comma"),
    ("port=80,,443", "        ^", "A value is missing after the comma"),
    ("port=80, 443", "        ^", "a list has no spaces"),
    ("port=9000-8000", "     ^^^^^^^^^", "The range ends before it begins: write 8000-9000."),
    ("port=1-2-3", "     ^^^^^", "port takes a number, a range or a service"),
    ("port=65536", "     ^^^^^", "port takes whole numbers up to 65535."),
    ("rport<70000", "      ^^^^^", "remote_port takes whole numbers up to 65535."),
    ("port=80,0-99999", "        ^^^^^^^", "port takes whole numbers up to 65535."),
    ("port=80.5", "     ^^^^", "port takes whole numbers up to 65535."),
    ("pid=99999999999", "    ^^^^^^^^^^^", "pid takes whole numbers up to 2147483647."),
    ("uid!=4294967296", "     ^^^^^^^^^^", "uid takes whole numbers up to 4294967295."),
    ("port=-80", "     ^^^", "port takes a number, a range or a service"),
    ("port>80,443", "     ^^^^^^", "> takes one number: only = and != take lists and ranges."),
    ("port<=1-5", "      ^^^", "<= takes one number"),
    ("pid=1,curl", "      ^^^^", "pid takes a number"),
    ("pid=https", "    ^^^^^", "pid takes a number"),
    ("rtt=10-20ms", "    ^^^^^^^", "Write the unit at both ends of the range"),
    ("retrans=1-2%", "        ^^^^", "Write the unit at both ends of the range"),
    ("raddr=::1,10.0.0", "          ^^^^^^", "takes an address or a network"),
    ("state=estab,zzz", "            ^^^", "There is no state 'zzz'"),
    ("rate>5kb", "     ^^^", "rate takes a rate, such as 500, 10kB/s or 1Mbit/s"),
    ("rx>5ms", "   ^^^", "an amount of data"),
    ("retr%>2x", "      ^^", "a share, such as 1%"),
    ("time>2026-02-30", "     ^^^^^^^^^^", "a moment, such as 2026-03-01"),
    ("time>2026-02-28T25:00", "     ^^^^^^^^^^^^^^^^", "a moment"),
    ("raddr=10.0.0", "      ^^^^^^", "takes an address or a network"),
    ("raddr=10.0.0.0/33", "      ^^^^^^^^^^^", "takes an address"),
    ("raddr=10.0.0.0/+8", "      ^^^^^^^^^^^", "takes an address"),
    ("raddr=10.0.0.1:99999", "      ^^^^^^^^^^^^^^", "takes an address"),
    ("raddr=[::1", "      ^^^^", "takes an address"),
    ("process~(a", "        ^^", "A ( is not closed"),
    ("process~a)", "         ^", "Unmatched ): remove it"),
    ("process~'a)'", "        ^^^^", "Unmatched ): write"),
    (#"process~(a)\1"#, "        ^^^^^", "\\1 is not supported"),
    ("process~a{999}", "        ^^^^^^", "at most 255"),
    ("process~(a{99}){99}", "        ^^^^^^^^^^^", "too long once its repetitions"),
    ("process~*a", "        ^^", "nothing for * to repeat"),
    ("process~[a", "        ^^", "A [ is not closed"),
    ("process~[[:foo:]]", "        ^^^^^^^^^", "Classes are: alpha"),
    ("rtt>", "    ^", "A value is missing after >."),
    ("rtt> and", "     ^^^", "takes a time"),
    ("(rtt>)", "     ^", "A value is missing after >."),
    ("a and", "     ^", "A condition is missing at the end."),
    ("a and )", "      ^", "A condition is missing before )."),
    ("or a", "^^", "A condition is missing before or: to find the word, quote it."),
    ("a || && b", "     ^^", "A condition is missing before &&"),
    ("not", "   ^", "A condition is missing"),
    ("()", " ^", "A condition is missing before )."),
    ("(a or b", "^", "This ( is not closed"),
    ("a (b (c)", "  ^", "This ( is not closed"),
    ("a)", " ^", "Unmatched ): remove it"),
    ("=5", "^", "A field is missing before ="),
    ("a \"b", "  ^^", "The quote is not closed: add \" at its end."),
    ("a & b", "  ^", "write &&"),
    ("process='it", "        ^^^", "The quote is not closed: add ' at its end."),
    ("日本=1", "^^^^", "Unknown field '日本'"),
    ("\"日本\" rtt>x", "           ^", "takes a time"),
  ])
  func marksThePlace(_ text: String, mark: String, sentence: String) throws {
    let error = try #require(failure(text))
    let lines = error.lines(for: text)
    #expect(lines.count == 3)
    #expect(lines[0] == text)
    #expect(lines[1] == mark)
    #expect(lines[2].contains(sentence), "\(lines[2])")
  }

  @Test func textOfAnyoneIsMadeSafe() throws {
    let text = "\u{1b}[31m=1"
    let lines = try #require(failure(text)).lines(for: text)
    #expect(
      lines == [
        "?[31m=1", "^^^^^",
        "Unknown field '?[31m'. To search for this text, quote it: \"?[31m=1\".",
      ]
    )
  }

  /// However long the text is, and wherever the place in it.
  @Test(arguments: [0, 3, 700, 1500]) func quotesWhatIsAroundThePlace(_ words: Int) throws {
    let before = String(repeating: "x ", count: words)
    let text = before + "prot=80" + String(repeating: " y", count: 1500 - words)
    let lines = try #require(failure(text)).lines(for: text)
    #expect(lines[0].count <= 122)
    let marked = zip(lines[0], lines[1]).filter { $0.1 == "^" }.map(\.0)
    #expect(String(marked) == "prot" && lines[1].count <= lines[0].count)
  }

  @Test func quotesLittleOfALongWord() throws {
    let long = String(repeating: "a", count: 3000)
    for text in ["\(long)=1", "state=\(long)", "port=\(long)", "process='\(long)"] {
      let lines = try #require(failure(text)).lines(for: text)
      #expect(lines.joined().utf8.count < 700, "\(lines)")
      #expect(lines[1].contains("^"))
    }
  }

  @Test func hasLimits() throws {
    let deep = String(repeating: "(", count: 100) + "a" + String(repeating: ")", count: 100)
    #expect(try #require(failure(deep)).message.contains("nested too deeply"))
    let nots = String(repeating: "!", count: 1000) + "a"
    #expect(try #require(failure(nots)).range == 64..<65)
    let long = String(repeating: "(", count: 100_000)
    #expect(try #require(failure(long)).message.contains("at most 4096 bytes"))
    #expect(try #require(failure(long)).range == 4096..<100_000)
    // Many conditions are no depth.
    let many = Array(repeating: "rtt>5 or b", count: 370).joined(separator: " ")
    #expect(try Filter(parsing: many).description.count > 4000)
  }
}
