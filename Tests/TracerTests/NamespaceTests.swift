import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Which namespace a connection is in, and what that is called.
  @Suite struct Namespaces {
    @Test func `the same addresses and ports in two namespaces at once`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        var sockets: [(TestNamespace, Traffic.Socket, Traffic.Socket, UInt64)] = []
        for (namespace, bytes) in [(lab.left, 100), (lab.right, 2000)] {
          let process = try lab.process(in: namespace)
          let listener = try await process.listen("127.0.0.1", 8080)
          let near = try await process.socket()
          try await process.ask("bind \(near.fd) 127.0.0.1 40000")
          try await process.ask("connect \(near.fd) 127.0.0.1 8080")
          let far = try await process.accept(listener)
          try await process.ask("write \(near.fd) \(bytes)")
          try await process.ask("read \(far.fd) \(bytes)")
          sockets.append((namespace, near, far, UInt64(bytes)))
        }
        for (namespace, near, far, bytes) in sockets {
          let both = try await collector.wait("its figures") { view in
            view.live(near).flatMap { near in
              view.live(far).flatMap { far in
                near.counters.bytesSent == bytes && far.counters.bytesReceived == bytes
                  ? [near, far] : nil
              }
            }
          }
          #expect(both.map(\.netns) == [namespace.inode, namespace.inode])
          #expect(both.map(\.local.description) == ["127.0.0.1:40000", "127.0.0.1:8080"])
          #expect(both.map(\.remote.description) == ["127.0.0.1:8080", "127.0.0.1:40000"])
        }
      }
    }

    @Test func `a name of ip netns, and another one`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let process = try lab.process(in: lab.left)
        _ = try await process.listen("127.0.0.1", 8080)
        let inode = lab.left.inode
        let named = try await collector.wait("the name") { $0.namespaces[inode] }
        #expect(named.name == lab.left.name)
        #expect(named.nameSource == .ipNetns)

        let other = TestNamespace(name: TestNamespace.newName(), inode: inode)
        try run("ip", "netns", "attach", other.name, "\(process.pid)")
        lab.left.delete()
        defer { other.delete() }
        try await collector.wait("the other name") { view in
          view.namespaces[inode]?.name == other.name ? true : nil
        }

        // What lives on in it is still where it was, and so is what opens there.
        other.delete()
        let near = try await process.connect("127.0.0.1", 8080)
        try await collector.wait("the connection") { $0.live(near) }
        try await process.ask("close \(near.fd)")
        try await collector.wait("its end") { $0.closed(near) }
        try await collector.batches(2)
        #expect(await collector.view.namespaces[inode]?.name == other.name)
      }
    }

    /// The same address on two links is two addresses.
    @Test(arguments: ["tcp", "udp"])
    func `the zone of a link-local address`(proto: String) async throws {
      if proto == "udp", TestedSource.choice == .diag {
        try Test.cancel("the source diag has no rows of remote ends of UDP")
      }
      try await Lab.with { lab in
        for index in [1, 2] {
          try run(
            "ip",
            "link",
            "add",
            "l\(index)",
            "netns",
            lab.left.name,
            "type",
            "veth",
            "peer",
            "name",
            "r\(index)",
            "netns",
            lab.right.name
          )
          for (namespace, name, address) in [
            (lab.left, "l\(index)", "fe80::1"), (lab.right, "r\(index)", "fe80::2"),
          ] {
            try run("ip", "-n", namespace.name, "link", "set", name, "addrgenmode", "none")
            try run(
              "ip",
              "-n",
              namespace.name,
              "address",
              "add",
              "\(address)/64",
              "dev",
              name,
              "nodad"
            )
            try run("ip", "-n", namespace.name, "link", "set", name, "up")
          }
        }
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        if proto == "tcp" {
          _ = try await server.listen("::", 8080)
        } else {
          _ = try await server.udp("::", 8080)
        }
        var one: Traffic.Socket?
        if proto == "udp" { one = try await client.udp(family: 6) }
        for index in [1, 2] {
          if let one {
            try await client.send(one, 100 * index, to: ("fe80::2%l\(index)", 8080))
          } else {
            _ = try await client.connect("fe80::2%l\(index)", 8080)
          }
        }
        let ends = try await collector.wait("both ends of both") { view in
          let near = view.live(in: lab.left).filter { $0.remote.port == 8080 }
          let far = view.live(in: lab.right).filter {
            $0.local.port == 8080 && !$0.isListener && $0.remote.port != 0
          }
          return near.count == 2 && far.count == 2 ? (near, far) : nil
        }
        #expect(
          Set(ends.0.map(\.remote.description)) == ["[fe80::2%l1]:8080", "[fe80::2%l2]:8080"]
        )
        #expect(Set(ends.0.map(\.local.address.description)) == ["fe80::1%l1", "fe80::1%l2"])
        #expect(Set(ends.1.map(\.remote.address.description)) == ["fe80::1%r1", "fe80::1%r2"])
      }
    }

    @Test func `one that is made while the tracer runs`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let added = try TestNamespace.make()
        defer { added.delete() }
        let process = try lab.process(in: added)
        let listener = try await process.listen("::1", 8080)
        try await collector.wait("its name") { view in
          view.live(listener)?.netns == added.inode
            && view.namespaces[added.inode]?.name == added.name ? true : nil
        }
      }
    }

    @Test func `one that only a process is in`() async throws {
      try await Lab.with { lab in
        let process = try lab.process(in: lab.left)
        try await process.ask("unshare")
        try await process.ask("name alone")
        let inode = try TestNamespace.inode(of: "/proc/\(process.pid)/ns/net")
        #expect(inode != lab.left.inode)
        // Older than the tracer, and without a file: only the namespace has it.
        let listener = try await process.listen("127.0.0.1", 8080)
        let near = try await process.connect("127.0.0.1", 8080)
        let collector = try await lab.trace()
        let view = await collector.view
        #expect(view.live(listener)?.netns == inode)
        #expect(view.live(near)?.netns == inode)
        #expect(view.live.values.count { $0.netns == inode } == 3)
        #expect(view.namespaces[inode]?.name == "alone/\(process.pid)")
        #expect(view.namespaces[inode]?.nameSource == .process)
      }
    }

    /// Of two that follow each other, the kernel gives the second the inode of the first.
    @Test func `one with the inode of another that is gone`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        for name in ["first", "second", "third"] {
          let process = try lab.process(in: lab.left)
          try await process.ask("unshare")
          try await process.ask("name \(name)")
          let inode = try TestNamespace.inode(of: "/proc/\(process.pid)/ns/net")
          let listener = try await process.listen("127.0.0.1", 8080)
          let named = try await collector.wait("its name") { view in
            view.live(listener).flatMap { _ in
              view.namespaces[inode].flatMap { $0.name == "\(name)/\(process.pid)" ? $0 : nil }
            }
          }
          #expect(named.nameSource == .process)
          process.end()
          try await collector.wait("its end") { $0.closed(listener) }
        }
      }
    }

    @Test func `one of a container`() async throws {
      let id = String(repeating: "cd", count: 32)
      let cgroup = try TestCgroup("libpod-\(id).scope")
      defer { cgroup.delete() }
      try await Lab.with { lab in
        let process = try lab.process(in: lab.left)
        try await process.ask("cgroup \(cgroup.path)")
        try await process.ask("unshare")
        let inode = try TestNamespace.inode(of: "/proc/\(process.pid)/ns/net")
        let collector = try await lab.trace()
        let listener = try await process.listen("127.0.0.1", 8080)
        let named = try await collector.wait("its name") { view in
          view.live(listener).flatMap { _ in view.namespaces[inode] }
        }
        #expect(named.nameSource == .container)
        #expect(named.name == "cdcdcdcdcdcd")
        let choice = NamespaceChoice()
        for text in ["cdcdcdcdcdcd", id, "cdcd", "pid:\(process.pid)", "\(inode)"] {
          #expect(try choice.namespace(text).inode == inode)
        }
      }
    }
  }
}
