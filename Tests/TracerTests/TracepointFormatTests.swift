import Testing

@testable import Tracer

@Suite struct TracepointFormatTests {
  @Test func `has the ID and the place of each field`() throws {
    let format = try TracepointFormat.sample(TracepointFormat.stateChange)
    #expect(format.id == 2287)
    #expect(format["skaddr"] == TracepointFormat.Field(offset: 8, size: 8))
    #expect(format["protocol"] == TracepointFormat.Field(offset: 30, size: 2))
    #expect(format["saddr"] == TracepointFormat.Field(offset: 32, size: 4))
    #expect(format["daddr_v6"] == TracepointFormat.Field(offset: 56, size: 16))
    #expect(format["sock_cookie"] == nil)
  }

  @Test(arguments: [
    ("const void * skaddr", "skaddr"), ("const void *skaddr", "skaddr"), ("int x", "x"),
    ("__u8 saddr[4]", "saddr"), ("__u8 saddr[sizeof(struct sockaddr_in6)]", "saddr"),
    ("__data_loc char[] name", "name"), ("unsigned long  flags", "flags"),
  ])
  func `names a field as its declaration does`(declaration: String, name: String) throws {
    let format = try TracepointFormat.sample(
      "ID: 1\n\tfield:\(declaration);\toffset:12;\tsize:4;\tsigned:0;\n"
    )
    #expect(format[name] == TracepointFormat.Field(offset: 12, size: 4))
  }

  @Test func `has the names that numbers are printed with`() throws {
    let format = try TracepointFormat.sample(TracepointFormat.resetSent)
    #expect(format.names(of: "reason") == [0: "NOT_SPECIFIED", 11: "TCP_ABORT_ON_CLOSE"])
    // Constants that the kernel did not replace by their numbers.
    #expect(format.names(of: "state") == [:])
    #expect(format.names(of: "skbaddr") == [:])
  }

  @Test(arguments: [
    "", "\n", "ID:", "ID: -1", "ID: x", "ID: 18446744073709551616",
    "field:int x; offset:8; size:4;",
  ])
  func `is none without an ID`(text: String) {
    #expect(TracepointFormat(Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    "field:int x;", "field:int x; offset:8;", "field:int x; offset:-8; size:4;",
    "field:int x; offset:65536; size:4;", "field:int x; offset:8; size:99999999999999999999;",
    "field:int x; offset:; size:4;", "field; offset:8; size:4;", "offset:8; size:4;",
    "print fmt: \"\", __print_symbolic(REC->x, { 1", "print fmt: __print_symbolic(REC->",
    "print fmt: __print_symbolic(REC->x, { , \"\" }, {{}}, { 1, \"", ";;;", "[", "field:[];",
  ])
  func `leaves out a line that is none`(line: String) throws {
    let format = try TracepointFormat.sample("ID: 3\n\(line)\nfield:int y; offset:4; size:2;")
    #expect(format["x"] == nil)
    #expect(format.names(of: "x") == [:])
    #expect(format["y"] == TracepointFormat.Field(offset: 4, size: 2))
  }

  @Test func `takes bytes that are no text`() {
    let format = TracepointFormat(
      Array("ID: 5\nfield:int ".utf8) + [0xff, 0, 0xc0] + Array(";".utf8)
    )
    #expect(format?.id == 5)
  }
}
