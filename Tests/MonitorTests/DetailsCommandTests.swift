import Connections
import Samples
import Testing

@testable import Monitor

struct DetailsCommandTests {
  private func texts(
    _ connection: Connection,
    _ namespace: NetworkNamespace?,
    pid: Int32? = nil
  ) -> [String] {
    DetailsCommand.all(for: connection, in: namespace, pid: pid).map(\.text)
  }

  @Test func namesBothEnds() {
    #expect(
      texts(Sample.connection(2), Sample.namespaces[0]) == [
        "ss -tainpemO src 10.0.0.5:40000 and dst 192.0.2.1:443",
        "tcpdump -ni any tcp and host 10.0.0.5 and port 40000 and host 192.0.2.1 and port 443",
      ]
    )
  }

  @Test func entersANamespaceByNameOrProcess() {
    let six = Sample.connection(
      3,
      local: Sample.endpoint("2001:db8::1", 22),
      remote: Sample.endpoint("2001:db8::2", 5000)
    )
    #expect(
      texts(six, Sample.namespaces[1]) == [
        "ss -N web -tainpemO src '[2001:db8::1]:22' and dst '[2001:db8::2]:5000'",
        "ip netns exec web tcpdump -ni any tcp and host 2001:db8::1 and port 22"
          + " and host 2001:db8::2 and port 5000",
      ]
    )
    let byProcess = texts(six, Sample.namespaces[2], pid: 77)
    #expect(byProcess.allSatisfy { $0.hasPrefix("nsenter --net=/proc/77/ns/net ") })
    #expect(texts(six, nil, pid: 77) == byProcess)
    #expect(texts(six, Sample.namespaces[2]).isEmpty)
  }

  /// An ordinary user may enter none.
  @Test(arguments: [NetworkNamespace.NameSource.own, .host, .ipNetns, .container, nil])
  func entersNothingInNettopsOwnNamespace(_ source: NetworkNamespace.NameSource?) {
    let own = NetworkNamespace(inode: 7, name: "own", nameSource: source, isOwn: true)
    let listener = Sample.connection(
      3,
      local: Sample.endpoint("0.0.0.0", 80),
      remote: Sample.endpoint("0.0.0.0", 0),
      state: .listen
    )
    for pid: Int32? in [nil, 77] {
      #expect(
        texts(listener, own, pid: pid) == [
          "ss -tlinpemO src 0.0.0.0:80", "tcpdump -ni any tcp and port 80",
        ]
      )
    }
  }

  @Test func entersTheHostsFromAnother() {
    let host = NetworkNamespace(inode: 7, name: "host", nameSource: .host)
    let texts = texts(Sample.connection(2), host, pid: 77)
    #expect(texts.count == 2)
    #expect(texts.allSatisfy { $0.hasPrefix("nsenter --net=/proc/77/ns/net ") })
  }

  @Test(arguments: ["a b", "$(reboot)", "x\u{1b}", "日", "-x", ""])
  func copiesNoNameThatMisleads(_ name: String) {
    let namespace = NetworkNamespace(inode: 1, name: name, nameSource: .ipNetns)
    let texts = texts(Sample.connection(2), namespace, pid: 5)
    #expect(texts.count == 2)
    #expect(texts.allSatisfy { !$0.contains("reboot") || $0.contains("'$(reboot)'") })
    #expect(texts.allSatisfy { $0.utf8.allSatisfy { 0x20 <= $0 && $0 < 0x7f } })
  }

  @Test func hasNoSocketToShowOnceItEnded() {
    let texts = texts(Sample.connection(7, closed: (1, .fin)), Sample.namespaces[0])
    #expect(texts.count == 1 && texts[0].hasPrefix("tcpdump"))
  }

  @Test func breaksLinesSoThatAShellReadsOn() throws {
    let command = try #require(
      DetailsCommand.all(for: Sample.connection(2), in: Sample.namespaces[1], pid: nil).last
    )
    let lines = command.lines(columns: 40)
    #expect(lines.count > 1 && lines.allSatisfy { $0.count <= 40 })
    #expect(lines.dropLast().allSatisfy { $0.hasSuffix(" \\") })
    #expect(
      lines.map { $0.hasSuffix(" \\") ? String($0.dropLast(1)) : $0 }.joined() == command.text
    )
    #expect(command.lines(columns: 200) == [command.text])
  }

  @Test func quotesWhatAShellWouldTakeApart() {
    #expect(ShellWord.quoted("a-b_c.d/e:1") == "a-b_c.d/e:1")
    #expect(ShellWord.quoted("it's") == "'it'\\''s'")
    #expect(ShellWord.quoted("") == "''")
    #expect(ShellWord.quoted("$x") == "'$x'")
  }
}
