import Connections

/// How a runtime names the cgroups of its containers, as data.
private struct ContainerPattern {
  enum Identity {
    /// 64 hexadecimal digits.
    case hash
    /// Any name.
    case name
  }

  let runtime: Container.Runtime
  let prefix: String
  var suffix = ""
  let identity: Identity

  static let all = [
    ContainerPattern(runtime: .docker, prefix: "docker-", identity: .hash),
    ContainerPattern(runtime: .containerd, prefix: "cri-containerd-", identity: .hash),
    ContainerPattern(runtime: .containerd, prefix: "nerdctl-", identity: .hash),
    ContainerPattern(runtime: .crio, prefix: "crio-", identity: .hash),
    ContainerPattern(runtime: .podman, prefix: "libpod-", identity: .hash),
    ContainerPattern(runtime: .lxc, prefix: "lxc.payload.", identity: .name),
    ContainerPattern(runtime: .machine, prefix: "machine-", suffix: ".scope", identity: .name),
    ContainerPattern(
      runtime: .machine,
      prefix: "systemd-nspawn@",
      suffix: ".service",
      identity: .name
    ),
  ]

  /// Directories in which a runtime names its containers by nothing but their ID.
  static let parents: [(prefix: String, runtime: Container.Runtime)] = [
    ("docker", .docker), ("ecs", .docker), ("kubepods", .containerd),
  ]

  func id(_ part: Substring) -> String? {
    guard part.hasPrefix(prefix) else { return nil }
    var rest = part.dropFirst(prefix.count)
    switch identity {
    case .hash:
      if rest.hasSuffix(".scope") { rest = rest.dropLast(6) }
      return Container.isHash(rest) ? String(rest) : nil
    case .name:
      guard rest.hasSuffix(suffix) else { return nil }
      let name = Container.unescaped(rest.dropLast(suffix.count))
      return name.isEmpty ? nil : name
    }
  }
}

extension Container {
  /// What the path of a cgroup says of who made it: the innermost container, or else the innermost
  /// unit of systemd. Without the name that people gave it.
  ///
  /// Where a user may make cgroups, the user may name them likewise.
  init?(cgroup path: String) {
    let parts = path.split(separator: "/")
    for index in parts.indices.reversed() {
      if let found = Self.container(parts, index) {
        self.init(runtime: found.runtime, id: found.id, name: nil)
        return
      }
    }
    guard let unit = parts.last(where: { $0.hasSuffix(".service") || $0.hasSuffix(".scope") })
    else { return nil }
    self.init(runtime: .systemd, id: String(unit), name: nil)
  }

  private static func container(
    _ parts: [Substring],
    _ index: Int
  ) -> (runtime: Runtime, id: String)? {
    // `kubepods-podUID.slice:cri-containerd:ID`, of a runtime that is configured to use systemd and
    // does not.
    let words = parts[index].split(separator: ":")
    let part = words.count == 3 ? "\(words[1])-\(words[2])"[...] : parts[index]
    for pattern in ContainerPattern.all {
      if let id = pattern.id(part) { return (pattern.runtime, id) }
    }
    let above = parts[..<index]
    if above.last == "lxc" { return (.lxc, String(part)) }
    guard isHash(part) else { return nil }
    for parent in above.reversed() {
      if let known = ContainerPattern.parents.first(where: { parent.hasPrefix($0.prefix) }) {
        return (known.runtime, String(part))
      }
    }
    return nil
  }

  static func isHash(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// A name as systemd escapes it in the names of units: `\x2d` is `-`.
  static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      if rest.starts(with: [0x5c, 0x78]), rest.count >= 4,
        let code = UInt8(String(decoding: rest.dropFirst(2).prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(code)
        rest = rest.dropFirst(4)
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
