import Glibc
import Testing

@testable import Tracer

@Suite struct UserMapTests {
  @Test func `has the users of its ranges, by their numbers inside`() {
    let map = UserMap("         0       1000          1\n         1     100000      65536\n")
    #expect(map.has(0) && map.has(1) && map.has(65536))
    #expect(!map.has(65537) && !map.has(100_000))
  }

  @Test func `the first namespace has all`() {
    let map = UserMap("         0          0 4294967295\n")
    #expect(map.has(0) && map.has(65534) && map.has(.max - 1))
  }

  @Test(arguments: ["", "x y z\n", "0 0\n", "18446744073709551615 0 1\n", "-1 0 5\n"])
  func `lines that say nothing add nobody`(text: String) {
    #expect(!UserMap(text).has(0))
  }

  @Test func `this process is one of its own namespace`() {
    #expect(UserMap.own?.has(getuid()) == true)
  }
}
