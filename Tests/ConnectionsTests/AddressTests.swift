import Testing

@testable import Connections

@Suite struct AddressTests {
  /// RFC 5952, sections 4 and 5.
  @Test(arguments: [
    ("2001:0db8:0000:0000:0000:0000:0000:0010", "2001:db8::10"),
    ("2001:DB8::AB", "2001:db8::ab"),
    // The first of the longest runs of zeros is shortened, and never a single one.
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("0:0:0:0:0:0:0:0", "::"),
    ("0:0:0:0:0:0:0:1", "::1"),
    ("fe80:0:0:0:0:0:0:0", "fe80::"),
    ("127.0.0.1", "127.0.0.1"),
    ("255.255.255.255", "255.255.255.255"),
    // IPv4-mapped is IPv4.
    ("::ffff:192.0.2.1", "192.0.2.1"),
    ("::ffff:c000:201", "192.0.2.1"),
    // Not mapped, although IPv4 is in it.
    ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
  ])
  func `text`(from: String, to: String) throws {
    let address = try #require(Address(from))
    #expect(address.description == to)
    #expect(Address(address.description) == address)
  }

  @Test(arguments: [
    "", " 10.0.0.1", "10.0.0", "10.0.0.256", "10.0.0.01", "1::2::3", "2001:db8", "localhost",
    "[::1]", "10.0.0.1/8", "::ffff:1.2.3",
  ])
  func `no address`(text: String) {
    #expect(Address(text) == nil)
  }

  /// RFC 4007, section 11.
  @Test(arguments: [
    ("fe80::1%eth0", "eth0"), ("febf::1%v.100@x", "v.100@x"), ("ff02::fb%3", "3"),
    ("ff12::1%l", "l"),
  ])
  func `the zone of a link-local address`(text: String, zone: String) throws {
    let address = try #require(Address(text))
    #expect(address.isLinkLocal)
    #expect(address.zone == zone)
    #expect(address.description == text)
    #expect(address == Address(text))
    #expect(address != address.unzoned)
    #expect(address.unzoned < address)
    #expect(address.unzoned.description == text.split(separator: "%").first.map(String.init))
    #expect(Endpoint(address: address, port: 80).description == "[\(text)]:80")
  }

  @Test(arguments: [
    "fe80::1%", "fe80::1%a b", "fe80::1%a/b", "fe80::1%a:b", "fe80::1%1%2", "2001:db8::1%eth0",
    "10.0.0.1%eth0", "ff05::1%eth0", "fec0::1%eth0", "fe80::1%sixteencharacter",
    "fe80::1%\u{1b}[2J",
  ])
  func `no zone`(text: String) {
    #expect(Address(text) == nil)
  }

  @Test func `only a link-local address has a zone`() {
    #expect(Address(high: 0xfe80 << 48, low: 1, zone: "eth0").zone == "eth0")
    #expect(Address(high: 0x2001_0db8 << 32, low: 1, zone: "eth0").zone == nil)
  }

  @Test func `numbers`() throws {
    #expect(Address(v4: 0x7f00_0001).description == "127.0.0.1")
    #expect(Address(v4: 0x0a4d_0001) == Address("10.77.0.1"))
    let v6 = Address(high: 0x2001_0db8_0000_0000, low: 0x10)
    #expect(v6.description == "2001:db8::10")
    #expect(!v6.isV4)
    #expect(Address(v4: 1).isV4)
    #expect(Address(high: 0, low: 0xffff_c000_0201) == Address("192.0.2.1"))
  }

  @Test(arguments: [("0.0.0.0", true), ("::", true), ("::1", false), ("0.0.0.1", false)])
  func `unspecified`(text: String, expected: Bool) throws {
    #expect(try #require(Address(text)).isUnspecified == expected)
  }

  @Test func `order is by number, IPv4 first`() {
    let ordered = ["0.0.0.0", "9.0.0.1", "10.0.0.0", "10.0.0.9", "::", "::1", "2001:db8::"]
    #expect(ordered.reversed().compactMap { Address($0) }.sorted().map(\.description) == ordered)
  }

  @Test func `endpoints`() throws {
    let v4 = try #require(Address("192.0.2.1"))
    let v6 = try #require(Address("2001:db8::10"))
    #expect(Endpoint(address: v4, port: 443).description == "192.0.2.1:443")
    #expect(Endpoint(address: v6, port: 443).description == "[2001:db8::10]:443")
    #expect(Endpoint(address: v4, port: 9) < Endpoint(address: v4, port: 10))
    #expect(Endpoint(address: v4, port: 10) < Endpoint(address: v6, port: 9))
  }
}
