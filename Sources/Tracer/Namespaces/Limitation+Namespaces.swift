import Connections
import SystemPackage

extension Limitation {
  /// What is not known of namespaces that could not be visited; `nil` if all were.
  static func unvisited(_ visits: NamespaceVisits<some Any>) -> Limitation? {
    guard let reason = visits.refusal else { return nil }
    let verb = visits.unlisted == nil ? "entered" : "listed"
    return Limitation(
      what: "sockets without a process in \(visits.missing)",
      remedy: "\(visits.missing) cannot be \(verb) (\(reason)):"
        + " \(NetworkNamespace.cure(of: reason))",
      extent: .connections("namespaces")
    )
  }

  /// What a shortage of files keeps without a name, by inode; `nil` if nothing. A filter by name
  /// does not match the connections of such a namespace.
  static func unnamed(_ shortages: [UInt32: Errno]) -> Limitation? {
    guard let reason = shortages.values.first else { return nil }
    let count = NetworkNamespace.counted(shortages.count)
    return Limitation(
      what: "names of \(count)",
      remedy: "\(count) cannot be looked up (\(reason)): \(OpenFiles.cure(reason))",
      extent: .connections("namespaces")
    )
  }
}
