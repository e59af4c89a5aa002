import Connections
internal import FoundationEssentials
import Synchronization

/// What people call a container: read from the files of its runtime, of which none is asked by a
/// connection. Kept for as long as the tracer runs.
final class ContainerNames: Sendable {
  private struct Entry {
    let name: String?
    let at: Timestamp
  }

  private let files: ProcFS
  private let known = Mutex<[Container: Entry]>([:])

  private static let limit = 4096
  /// The file of a container that starts can come after its first process.
  private static let retrySeconds = 10.0
  /// No file of a container is larger; a list of all containers can be.
  private static let fileLimit = 1 << 20
  private static let listLimit = 16 << 20

  /// - Parameter root: the directory that the runtimes' files are below.
  init(root: String = "") {
    files = ProcFS(root: root)
  }

  /// The container with its name, if the files of its runtime have one.
  func named(_ container: Container, at now: Timestamp) -> Container {
    let name = known.withLock { known in
      if let entry = known[container],
        entry.name != nil || now.seconds(since: entry.at) < Self.retrySeconds
      {
        return entry.name
      }
      if known.count >= Self.limit { known = [:] }
      let name = read(container)
      known[container] = Entry(name: name, at: now)
      return name
    }
    return Container(runtime: container.runtime, id: container.id, name: name)
  }

  private func read(_ container: Container) -> String? {
    // It becomes part of a path.
    guard Container.isHash(container.id) else { return nil }
    let name: String? =
      switch container.runtime {
      case .docker: docker(container.id)
      case .podman, .crio: containersStorage(container.id)
      case .containerd: containerd(container.id)
      case .lxc, .machine, .systemd: nil
      }
    return name.map(Self.ofKubernetes)
  }

  private func json<Content: Decodable>(
    _ path: String,
    limit: Int = fileLimit,
    as content: Content.Type
  ) -> Content? {
    // What has more than the limit is not read in part.
    guard let bytes = files.read(path, limit: limit + 1), bytes.count <= limit else { return nil }
    return try? JSONDecoder().decode(content, from: Data(bytes))
  }

  private func docker(_ id: String) -> String? {
    let path = "var/lib/docker/containers/\(id)/config.v2.json"
    return json(path, as: DockerContainer.self).map { String($0.name.drop { $0 == "/" }) }
  }

  private func containersStorage(_ id: String) -> String? {
    let list = json(
      "var/lib/containers/storage/overlay-containers/containers.json",
      limit: Self.listLimit,
      as: [StoredContainer].self
    )
    return list?.first { $0.id == id }?.names?.first
  }

  private func containerd(_ id: String) -> String? {
    for namespace in ["k8s.io", "default"] {
      let path = "run/containerd/io.containerd.runtime.v2.task/\(namespace)/\(id)/config.json"
      guard let annotations = json(path, as: ContainerBundle.self)?.annotations else { continue }
      if let name = annotations["nerdctl/name"] { return name }
      let cri = "io.kubernetes.cri"
      let names = ["sandbox-name", "container-name"].compactMap {
        annotations["\(cri).\($0)"]
      }
      if !names.isEmpty { return names.joined(separator: "/") }
    }
    return nil
  }

  /// `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`, as `POD/CONTAINER`.
  private static func ofKubernetes(_ name: String) -> String {
    let parts = name.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "k8s" else { return name }
    return parts[1] == "POD" ? String(parts[2]) : "\(parts[2])/\(parts[1])"
  }
}

/// Of `config.v2.json` of Docker.
private struct DockerContainer: Decodable {
  let name: String

  enum CodingKeys: String, CodingKey {
    case name = "Name"
  }
}

/// Of `containers.json` of containers/storage, which Podman and CRI-O share.
private struct StoredContainer: Decodable {
  let id: String
  let names: [String]?
}

/// Of `config.json` of a bundle of the Open Container Initiative.
private struct ContainerBundle: Decodable {
  let annotations: [String: String]?
}
