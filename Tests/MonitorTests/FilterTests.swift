import Connections
import Samples
import Testing

@testable import Monitor

/// Which rows of the sample a filter lets through, listeners included.
///
/// | cookie | what it is |
/// |---|---|
/// | 1 | a listener on 0.0.0.0:443, nobody's |
/// | 2 | curl, 1234, of ann: out to 192.0.2.1:443, with traffic and retransmits |
/// | 3 | sshd, 77, of root: in from IPv6, port 22 |
/// | 4 | nginx, 4321, of user 33 in `web`: in on port 8080, CLOSE-WAIT |
/// | 5 | nobody's, in a namespace without a name, ended by FIN |
/// | 6 | postgres-proxy, 900: SYN-SENT to 198.51.100.7:5432 since 0.6 s |
/// | 7 | curl, 1234: refused by 127.0.0.1:80 |
struct FilterTests {
  static func cookies(_ filter: Filter, _ model: Model) -> [UInt64] {
    let matcher = RowMatcher(filter, model.table)
    let rows = (0..<model.table.bound).compactMap { model.table[$0] }
    return rows.filter { matcher.isShown($0) }.map(\.id.cookie).sorted()
  }

  /// A filter of a host that has two services.
  static func filter(_ text: String) throws -> Filter {
    let lookup: ServicePorts.Lookup = { ["https": 443, "ssh": 22][$0] }
    return try ServicePorts.with(lookup) { try Filter(parsing: text) }
  }

  private static let all: [UInt64] = [1, 2, 3, 4, 5, 6, 7]

  static let cases: [(text: String, rows: [UInt64])] = [
    ("", all), ("  \t", all),
    // Words.
    ("curl", [2, 7]), ("CURL", [2, 7]), ("ann", [2, 3, 7]), ("33", [4]), ("web", [4]),
    ("4026532200", [5]), (":443", [1, 2, 5]), ("192.0.2", [2, 5]), ("db8:1234", [3]),
    ("estab", [2, 3]), ("refused", [7]), ("1234", [2, 3, 7]), ("\"nginx: worker\"", [4]),
    ("curl refused", [7]), ("curl and refused", [7]), ("'listen'", [1]), ("fin", [5]),
    // Flags.
    ("listen", [1]), ("closed", [5, 7]), ("live", [1, 2, 3, 4, 6]), ("tagged", []),
    ("Closed", [5, 7]), ("not tagged", all),
    // Destinations.
    ("new_destination=true", [6, 7]), ("new_destination=false", [2]),
    // Owners.
    ("pid=1234", [2, 7]), ("PID = 1234", [2, 7]), ("pid!=1234", [1, 3, 4, 5, 6]),
    ("pid>=900", [2, 4, 6, 7]), ("pid<=1k", [3, 6]), ("process=curl", [2, 7]),
    ("process=CURL", [2, 7]), ("process=cur", []), ("process=*", [2, 3, 4, 6, 7]),
    ("process!=*", [1, 5]), ("process=*-*", [6]), ("process=p*g*s-p*y", [6]),
    ("process~^(curl|sshd)$", [2, 3, 7]), ("process~URL", [2, 7]),
    ("process!~^s", [1, 2, 4, 5, 6, 7]),
    ("user=ann", [2, 7]), ("user=33", [4]), ("uid=33", [4]), ("uid>=1000", [2, 7]),
    ("command=\"*https://*\"", [2, 7]), ("command~'worker process$'", [4]),
    ("command='nginx: *' or via=accept", [3, 4]), ("owner_source=connect", [2, 4, 6, 7]),
    ("owner_source=acc*", [3]), ("via!=connect", [1, 3, 5]),
    // Namespaces.
    ("netns=web", [4]), ("netns=4026532100", [4]), ("NETNS=WEB", [4]), ("namespace=we*", [4]),
    ("netns=4026532200", [5]), ("netns_name=4026532100", []), ("netns_name!=*", [5]),
    ("netns~^(web|host)$", [1, 2, 3, 4, 6, 7]), ("netns!=host", [4, 5]),
    // Addresses and ports.
    ("raddr=192.0.2.1", [2, 5]), ("raddr=::ffff:192.0.2.1", [2, 5]),
    ("raddr=192.0.0.0/16", [2, 5]),
    ("raddr=::ffff:192.0.0.0/112", [2, 5]), ("remote=192.0.2.1:443", [2, 5]),
    ("remote=192.0.2.1:80", []), ("addr=10.1.0.0/24", [4]), ("laddr=10.0.0.0/8", [2, 4, 5, 6]),
    ("addr=2001:db8::/32", [3]), ("laddr=[2001:db8::1]:22", [3]), ("addr!=10.0.0.0/8", [1, 3, 7]),
    ("addr=0.0.0.0/0", all.filter { $0 != 3 }), ("addr=::/0", [3]),
    ("remote_address=127.0.0.1", [7]),
    ("raddr=0.0.0.0", []), ("local=0.0.0.0", [1]), ("family=ipv6", [3]), ("proto=tcp", all),
    ("port=443", [1, 2, 5]), ("rport=443", [2, 5]), ("lport=443", [1]),
    ("port!=443", [3, 4, 6, 7]),
    ("rport<1024", [2, 5, 7]), ("port>=51234", [3, 4]), ("local_port=22", [3]),
    ("rport>=0", [2, 3, 4, 5, 6, 7]),
    // Lists, ranges and services.
    ("rport=80,443", [2, 5, 7]), ("rport=443", [2, 5]), ("port=8000-8999", [4]),
    ("port=8000-8079", []), ("port=80-80", [7]), ("port=22,8000-8999,5432", [3, 4, 6]),
    ("port!=22,443", [4, 6, 7]), ("port=https", [1, 2, 5]), ("lport=HTTPS,ssh", [1, 3]),
    ("rport<=https", [2, 5, 7]), ("port='80,443'", [1, 2, 5, 7]), ("pid=77,1234", [2, 3, 7]),
    ("pid=70-1000", [3, 6]), ("rtt=1ms-20ms", [2]), ("rtt!=0-20ms", [1, 4, 5, 6]),
    ("rx=512,5k-10k", [3, 7]), ("retrans=1%-50%", [2]), ("age=0.5-1", [6]),
    ("raddr=192.0.2.1,127.0.0.0/8", [2, 5, 7]), ("raddr!=192.0.2.1,::/0", [1, 4, 6, 7]),
    ("state=syn-sent,close-wait", [4, 6]), ("state=estab,fin*", [2, 3]),
    // Names that ss and tcpdump use.
    ("dport=443", [2, 5]), ("sport=443", [1]), ("dst=192.0.2.1", [2, 5]), ("src=10.1.0.2", [4]),
    ("host=192.0.2.1", [2, 5]), ("ip=2001:db8::/32", [3]), ("proc=curl", [2, 7]),
    ("name=sshd", [3]), ("cmd~worker", [4]), ("ns=web", [4]),
    // A network alone.
    ("10.1.0.0/24", [4]), ("not 0.0.0.0/0", [3]), ("\"10.1.0.0/24\"", []), ("::/0 live", [3]),
    // States.
    ("state=estab", [2, 3]), ("state=ESTABLISHED", [2, 3]), ("state=syn_sent", [6]),
    ("state=closewait", [4]), ("state=close*", [4, 5, 7]), ("state=syn*", [6]),
    ("state~^(estab|syn)", [2, 3, 6]), ("state!=estab", [1, 4, 5, 6, 7]), ("state=listen", [1]),
    ("direction=in", [3, 4]), ("dir=out", [2, 6, 7]), ("direction=unknown", [1, 5]),
    ("close_reason=refused", [7]), ("reason=refused", [7]),
    ("close_reason!=fin", [1, 2, 3, 4, 6, 7]),
    ("closed close_reason!=fin", [7]),
    // Figures.
    ("rtt>10ms", [2, 4]), ("rtt_us>10000", [2, 4]), ("RTT=850us", [3]), ("rtt=850µs", [3]),
    ("rtt=0.85ms", [3]), ("rtt<1ms", [3, 7]), ("±rtt>=0.0875s", [4]), ("minrtt<1ms", [3, 7]),
    ("rtt!=850", [1, 2, 4, 5, 6, 7]), ("retrans>5", [4]), ("retr>=5", [2, 4]),
    ("retrans>1%", [2]), ("retransmit_share=20%", [2]), ("retr%<=0.2", [2, 7]),
    ("rate>1Mbit/s", [2]), ("rate>=1.3M", [2]), ("rx/s=1290000", [2]), ("rx/s=1290kB/s", [2]),
    ("bytes_received_per_s=10.32Mbps", [2]), ("tx/s>20kB/s", [7]), ("tx/s>=20KiB", [7]),
    ("bytes>6MiB", [2]), ("total=6420kB", [2]), ("rx>=9kB", [2, 3]), ("bytes_sent=7k", [3]),
    ("unacked_bytes=1400", [2, 3, 4, 7]), ("cwnd>9", [2, 3, 4, 7]), ("send-q>1KiB", [2, 3, 4, 7]),
    ("packets_sent=130", [2]), ("sample=2", all),
    // A blank before the unit.
    ("rtt > 10 ms", [2, 4]), ("rate>1 Mbit/s live", [2]), ("retrans>1 %", [2]),
    ("bytes>6 MiB curl", [2]), ("rtt>10 sshd", [3]), ("pid>5 nginx", [4]),
    ("rtt>10 rtt<1ms", [3, 7]),
    // Times.
    ("age<1s", [6, 7]), ("age>500ms", [1, 2, 3, 4, 6]), ("age>0.5", [1, 2, 3, 4, 6]),
    ("age>1m", []), ("age<1m30s", [6, 7]), ("age>=1s", [1, 2, 3, 4]), ("age=1s", []),
    ("opened_at>=2026-03-01T12:00:00.4Z", [6]), ("opened_at<2026-03-01T13:00:00.3+01:00", [7]),
    ("closed_at>2026-03-01", [5, 7]), ("time=2026-03-01T12:00:01Z", all), ("id=6.0", [6]),
    // Together.
    ("rtt>10ms and retrans>1%", [2]), ("rtt>10ms retrans>1%", [2]), ("rtt>10ms && retrans>1%", [2]),
    ("rtt>10ms&&retrans>1%", [2]), ("curl or sshd", [2, 3, 7]), ("curl||sshd", [2, 3, 7]),
    ("curl live or sshd", [2, 3]), ("(curl or sshd) live", [2, 3]), ("curl (live or sshd)", [2]),
    ("not curl", [1, 3, 4, 5, 6]), ("!curl", [1, 3, 4, 5, 6]), ("!!curl", [2, 7]),
    ("not curl sshd", [3]), ("not (curl or live)", [5]), ("!(curl)", [1, 3, 4, 5, 6]),
    ("NOT curl AND live", [1, 3, 4, 6]), ("((((curl))))", [2, 7]),
    ("pid=1234 and (close_reason=refused or rtt>10ms) and not state=syn-sent", [2, 7]),
  ]

  @Test(arguments: cases)
  func letsThrough(_ text: String, rows: [UInt64]) throws {
    let model = Sample.model()
    let filter = try Self.filter(text)
    #expect(filter.text == text)
    #expect(Self.cookies(filter, model) == rows)
    let canonical = try Filter(parsing: filter.description)
    #expect(canonical == filter)
    #expect(canonical.description == filter.description)
  }

  @Test(arguments: [
    ("curl", "curl"), ("\"and\" \"a b\"", "\"and\" and \"a b\""), ("rtt > 0.05s", "rtt_us>50ms"),
    ("rtt > 50 ms x", "rtt_us>50ms and x"), ("10.0.0.1/8", "addr=10.0.0.0/8"),
    ("REMOTE=10.9.8.7/8", "remote_address=10.0.0.0/8"), ("!(a b) || c", "not (a and b) or c"),
    ("a (b or (c d))", "a and (b or c and d)"), ("rx>2048", "bytes_received>2Ki"),
    ("lport=8000", "local_port=8000"), ("retr>1%", "retransmit_share>1%"), ("age>90", "age>90s"),
    ("process='a\"b\\\\c'", "process=\"a\\\"b\\\\c\""), ("netns==\"\"", "netns=\"\""),
    ("time>2026-02-28", "time>2026-02-28T00:00:00.000000Z"), ("rate>0.00001", "rate>0.00001"),
    ("remote=[2001:DB8:0::1]:443", "remote_address=[2001:db8::1]:443"),
    ("rport=https,8000-8999", "remote_port=443,8000-8999"), ("port=ssh", "port=22"),
    ("rtt=1ms-2000us,0-5us", "rtt_us=1ms-2ms,0us-5us"),
    ("rx=500-2048,7", "bytes_received=500-2Ki,7"),
    ("raddr=10.0.0.1/8,::1", "remote_address=10.0.0.0/8,::1"), ("pid=5-5", "pid=5"),
    ("raddr=FE80::2%l1", "remote_address=fe80::2%l1"),
    ("laddr=[fe80::2%l1]:22", "local_address=[fe80::2%l1]:22"),
    ("addr=fe80::2%l1/10", "addr=fe80::%l1/10"),
  ])
  func hasACanonicalText(_ text: String, canonical: String) throws {
    #expect(try Self.filter(text).description == canonical)
  }

  @Test(arguments: [
    ("fe80::2", [true, true, true]), ("fe80::2%l1", [true, false, false]),
    ("fe80::/10", [true, true, true]), ("fe80::%l2/10", [false, true, false]),
    ("[fe80::2%l1]:80", [true, false, false]), ("fe80::3%l1", [false, false, false]),
  ])
  func anAddressWithoutAZoneIsOfAnyLink(_ text: String, isIn: [Bool]) throws {
    let range = try #require(AddressRange(text))
    let addresses = try ["fe80::2%l1", "fe80::2%l2", "fe80::2"].map { try #require(Address($0)) }
    #expect(addresses.map { range.contains(Endpoint(address: $0, port: 80)) } == isIn)
    #expect(AddressRange(range.description) == range)
  }

  @Test func aWordFindsAZone() throws {
    let endpoint = Endpoint(address: try #require(Address("fe80::2%l1")), port: 80)
    for word in ["fe80::2%l1", "%L1", "::2%l1]:80"] {
      #expect(TextPattern(word).isNumeric && TextPattern(word).isFound(in: endpoint), "\(word)")
    }
    #expect(!TextPattern("%l2").isFound(in: endpoint))
  }

  @Test func namesOfFieldsMeanOneThing() {
    #expect(Set(FilterField.names.map { $0.lowercased() }).count == FilterField.names.count)
    for field in Field.allCases {
      #expect(FilterField.named(field.name)?.name == field.name)
    }
    // Filters come before groups, which alone have that column.
    for column in Column.sortable where column.id != .connections {
      let field = FilterField.named(column.title)
      #expect(field != nil && field == FilterField.named(column.id.rawValue), "\(column.title)")
    }
    for name in ["port", "addr", "laddr", "raddr", "lport", "rport", "retrans", "rate", "age"] {
      #expect(FilterField.named(name) != nil, "\(name)")
    }
    #expect(Set(FilterField.names).isDisjoint(with: FilterText.reserved))
  }

  @Test func combinesByAnd() throws {
    let model = Sample.model()
    let either = try Filter(parsing: "curl or sshd")
    let both = either.and(try Filter(parsing: "live"))
    #expect(both.text == "(curl or sshd) and live")
    #expect(Self.cookies(both, model) == [2, 3])
    #expect(try Filter(parsing: both.text) == both)
    #expect(both.and(both) == both)
    #expect(Filter().and(either).text == "curl or sshd")
    #expect(either.and(Filter()).text == "curl or sshd")
    #expect(Filter().and(Filter()).isEmpty)
  }

  @Test func replacesWhatAFieldIsEqualTo() throws {
    let filter = try Filter(parsing: "rtt>50ms PID=7 pid!=8 (pid=9 or x)")
    let new = try filter.setting(.pid, to: "1234")
    #expect(new.text == "rtt>50ms and pid!=8 and (pid=9 or x) and pid=1234")
    #expect(try Filter(parsing: new.text) == new)
    #expect(new.value(of: .pid) == "1234")
    #expect(filter.value(of: .pid) == "7")
    #expect(new.value(of: .namespace) == nil)
    #expect(try new.setting(.pid, to: nil).text == "rtt>50ms and pid!=8 and (pid=9 or x)")
    #expect(try Filter(parsing: "(pid=1 (a))").setting(.pid, to: nil).text == "a")
    #expect(try Filter().setting(.namespace, to: "a \"b\" \\*").text == #"netns="a \"b\" \\*""#)
    #expect(throws: FilterError.self) { try filter.setting(.pid, to: "abc") }
  }

  @Test func findsStarsAndBackslashesOfNames() throws {
    var model = Model()
    let names = ["a*b", "axb", #"a\b"#, "a\"b", "a'b (c)", "=", ""]
    let deltas = names.enumerated().map { index, name -> Delta in
      .upsert(Sample.connection(UInt64(index), owner: Sample.owner(Int32(index + 1), name)))
    }
    model.apply(Sample.batch(0, deltas))
    for (index, name) in names.enumerated() {
      let process = try #require(FilterField.named("process"))
      let filter = try Filter().setting(process, to: WildcardPattern.escaped(name))
      #expect(Self.cookies(filter, model) == [UInt64(index)], "\(name)")
      #expect(try Filter(parsing: filter.text) == filter)
    }
    #expect(Self.cookies(try Filter(parsing: "process=a*b"), model) == [0, 1, 2, 3])
    #expect(Self.cookies(try Filter(parsing: #"process="a\*b""#), model) == [0])
  }

  @Test func showsListenersOnlyWhereTheyAreAskedFor() throws {
    var model = Sample.model()
    func shown(_ text: String) throws -> [UInt64] {
      model.view.filter = try Filter(parsing: text)
      return (0..<model.count).compactMap { model.row(at: $0)?.id.cookie }.sorted()
    }
    #expect(try shown("port=443") == [2, 5])
    #expect(try shown("listen") == [1])
    #expect(try shown("state=listen") == [1])
    #expect(try shown("state=l*") == [1])
    #expect(try shown("port=443 and (state=listen or live)") == [1, 2])
    #expect(try shown("not state!=listen") == [1])
    for text in ["not listen", "state!=listen", "'listen'", "state!=estab", "not not live"] {
      #expect(try !shown(text).contains(1), "\(text)")
    }
  }

  @Test func rowsComeAndGoWithTime() throws {
    var model = Model(View(.connections, filter: try Filter(parsing: "age>=2s age<4s")))
    var counts: [Int] = []
    model.apply(Sample.batch(0))
    model.apply(Sample.batch(1, [.upsert(Sample.connection(1, openedAt: 1))]))
    for second in 2...6 {
      model.apply(Sample.batch(Double(second)))
      counts.append(model.count)
    }
    #expect(counts == [0, 1, 1, 0, 0])
  }

  /// Rows 1 to 4 are older than the first batch, by an unknown time: their age is a lower bound.
  @Test(arguments: [
    ("age>60s", [1, 2, 3, 4, 6]), ("age>=61s", [1, 2, 3, 4]), ("not age>60s", [5, 7]),
    ("age>62s", []), ("age<90s", [6, 7]), ("age<=1h", [6, 7]), ("age=1m-2m", [6]),
    ("age!=1m-2m", [1, 2, 3, 4, 5, 7]), ("lifetime_us>70s", [8]), ("lifetime_us<1h", [7]),
    ("lifetime_us=1s-2h", []),
  ])
  func aLowerBoundDecidesOnlyThatANumberIsGreater(_ text: String, rows: [UInt64]) throws {
    var model = Sample.model()
    model.apply(Sample.batch(61))
    if text.hasPrefix("lifetime") {
      model.apply(Sample.batch(62, [.upsert(Sample.connection(8))]))
      model.apply(Sample.batch(142, [.ended(Sample.connection(8, closed: (142, .fin)))]))
    }
    #expect(Self.cookies(try Filter(parsing: text), model) == rows)
  }

  @Test(arguments: [
    ("port 8099", "'port' and '8099' are searched as text; did you mean port=8099?"),
    ("curl pid 11937", "'pid' and '11937' are searched as text; did you mean pid=11937?"),
    ("dst 10.78.0.2", "'dst' and '10.78.0.2' are searched as text; did you mean dst=10.78.0.2?"),
    ("dst 10.78.0.0/24", "'dst' is searched as text; did you mean dst=10.78.0.0/24?"),
    ("a or not (state established)", "did you mean state=established?"),
    ("state listen", "did you mean state=listen?"), ("port=8099", nil), ("port curl", nil),
    ("curl 8099", nil), ("", nil),
  ])
  func saysHowWordsWereRead(_ text: String, hint: String?) throws {
    let found = try Filter(parsing: text).hint
    #expect(hint.map { found?.hasSuffix($0) == true } ?? (found == nil), "\(found ?? "none")")
  }

  @Test func aTaggedRowIsFound() throws {
    let model = Sample.model()
    var row = try #require(model.table[0])
    let matcher = RowMatcher(try Filter(parsing: "tagged"), model.table)
    let before = matcher.isShown(row)
    row.isTagged = true
    let after = matcher.isShown(row)
    #expect(!before && after)
  }
}
