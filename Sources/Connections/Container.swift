/// The container, service or machine that a process runs in, according to the path of its cgroup.
package struct Container: Hashable, Sendable {
  /// Who made it.
  package enum Runtime: String, Sendable, CaseIterable {
    case docker
    case containerd
    case crio = "cri-o"
    case podman
    case lxc
    /// A machine of systemd (`systemd-nspawn`, virtual machines).
    case machine
    /// A service or scope of systemd.
    case systemd

    /// The word for it in JSON: `docker`, `cri-o`.
    package var name: String { rawValue }
  }

  package let runtime: Runtime
  /// What the runtime knows it by: 64 hexadecimal digits, or the name of the unit or machine.
  package let id: String
  /// The name that people gave it, `nil` if the runtime's files have none. Comes from anyone
  /// on the host.
  package let name: String?

  package init(runtime: Runtime, id: String, name: String?) {
    self.runtime = runtime
    self.id = id
    self.name = name
  }

  /// Its name, else the first twelve characters of its ID, as `docker ps` prints it.
  package var label: String {
    name ?? (id.count == 64 ? String(id.prefix(12)) : id)
  }
}
