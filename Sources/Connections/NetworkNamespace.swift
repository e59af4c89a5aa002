/// A network namespace, identified by its inode.
package struct NetworkNamespace: Hashable, Sendable {
  /// Where the name of a namespace comes from.
  package enum NameSource: CaseIterable, Sendable {
    /// It is the one that the kernel began with: `host`.
    case host
    /// `ip netns` has it under this name.
    case ipNetns
    /// The container that its processes run in.
    case container
    /// It is the one that nettop is in, of which nothing better is known: `own`.
    case own
    /// A process in it: `NAME/PID`.
    case process
  }

  /// The inode of `/proc/PID/ns/net`: `net.ns.inum`.
  package let inode: UInt32
  /// Its name, `nil` if nothing is known that names it. Comes from anyone on the host.
  package let name: String?
  package let nameSource: NameSource?
  /// Other names that `ip netns` has for it.
  package let aliases: [String]
  /// Whether nettop itself is in it.
  package let isOwn: Bool

  package init(
    inode: UInt32,
    name: String?,
    nameSource: NameSource?,
    aliases: [String] = [],
    isOwn: Bool = false
  ) {
    self.inode = inode
    self.name = name
    self.nameSource = nameSource
    self.aliases = aliases
    self.isOwn = isOwn
  }

  /// All its names, the one that is shown first.
  package var names: [String] { (name.map { [$0] } ?? []) + aliases }
}
