import Connections
import Glibc
import Monitor
import Resolver
import Synchronization
import TestSupport
import Testing

@Suite(.live) struct ResolverTests {
  private static func address(_ number: Int) -> Address {
    Address(v4: 0xc000_0200 + UInt32(number))
  }

  /// Lookups that hang until they are let go.
  private final class Gate: Sendable {
    let isOpen = Atomic(false)
    let entered = Atomic(0)

    func lookup(_ address: Address) -> String? {
      entered.wrappingAdd(1, ordering: .sequentiallyConsistent)
      while !isOpen.load(ordering: .sequentiallyConsistent) { usleep(2000) }
      return "host-\(address.low & 0xff)"
    }

    var count: Int { entered.load(ordering: .sequentiallyConsistent) }
  }

  @Test func aNameServerThatHangsDelaysNothing() async throws {
    let gate = Gate()
    let resolver = HostResolver { gate.lookup($0) }
    let wanted = (0..<10).map(Self.address)
    resolver.want(wanted)
    #expect(try await eventually { gate.count == 4 })
    // Whoever wants more gets no name, and no wait.
    resolver.want(wanted)
    #expect(resolver.names == Names())
    #expect(try await resolver.names(of: wanted, within: .milliseconds(50)) == Names())
    #expect(gate.count == 4)

    gate.isOpen.store(true, ordering: .sequentiallyConsistent)
    let names = try await resolver.names(of: wanted, within: .seconds(600))
    #expect((0..<10).map { names.name(of: Self.address($0)) } == (0..<10).map { "host-\($0)" })
    #expect(gate.count == 10)
  }

  @Test func tellsOfNewNames() async throws {
    let resolver = HostResolver { _ in "name" }
    resolver.want([Self.address(1)])
    for await _ in resolver.updates { break }
    #expect(resolver.names.name(of: Self.address(1)) == "name")
  }

  @Test func knowsTheServicesOfTheHost() async throws {
    let services = SystemLookup.services()
    let resolver = HostResolver { _ in nil }
    #expect(resolver.names == Names())
    resolver.loadServices()
    let listed = try await Child.run(["getent", "-s", "files", "services"]).text
    let first = listed.split(separator: "\n").map { $0.split(separator: " ") }
      .first { $0.count > 1 && $0[1].hasSuffix("/tcp") }
    guard let first, let port = UInt16(first[1].dropLast(4)) else { return }
    #expect(services[port] == String(first[0]))
    #expect(resolver.names.service(port) == String(first[0]))
    #expect(SystemLookup.port(ofService: String(first[0])) == port)
    // Other names of a service follow its port.
    let other = listed.split(separator: "\n").map { $0.split(separator: " ") }.first {
      $0.count > 2
    }
    if let other {
      let named = SystemLookup.port(ofService: String(other[2]))
      #expect(named != nil && named == SystemLookup.port(ofService: String(other[0])))
    }
    for name in ["", "no-such-service", "http\u{0}", String(repeating: "a", count: 10_000)] {
      #expect(SystemLookup.port(ofService: name) == nil)
    }
  }

  @Test func theListShowsNamesWhereTheyAreAskedForOnly() async throws {
    let namespace = try TestNamespace()
    let server = try NameServer(in: namespace, name: "web.nettop.test")
    let connection = try namespace.run { try LoopbackConnection() }
    let words = ["ip", "netns", "exec", namespace.name, Nettop.path, "list", "--no-wait"]
    let ours = words + ["--netns", namespace.name]
    let plain = try await Child.run(ours)
    #expect(plain.text.contains("127.0.0.1:\(connection.serverPort)"), "\(plain.errorText)")
    #expect(server.questions == 0)
    let named = try await Child.run(ours + ["--resolve"])
    #expect(named.text.contains("web.nettop.test:\(connection.serverPort)"), "\(named.errorText)")
    #expect(!named.text.contains("127.0.0.1:\(connection.serverPort)"))
    // One address, whatever number of rows has it.
    #expect(server.questions == 1)
  }

  @Test func theScreenWaitsForNoNameServer() async throws {
    let stage = try await Stage()
    let server = try NameServer(in: stage.namespace, name: nil)
    let port = try #require(stage.connections.first).serverPort
    try await stage.tmux.enter(
      "ip netns exec \(stage.namespace.name) env \(stage.command) --resolve; echo status=$?"
    )
    try await stage.tmux.expect("rows") { $0.contains("127.0.0.1:\(port)") }
    #expect(try await eventually { server.questions > 0 })
    try await stage.tmux.type("q")
    try await stage.tmux.expect("its end") { $0.contains("status=0") }
  }
}
