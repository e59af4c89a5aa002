import Connections

/// A TCP socket that a dump had and the next one does not have.
struct MissingSocket {
  /// The inode of its network namespace.
  let netns: UInt32
  let cookie: UInt64
  /// Its ends, without zones.
  let local: Endpoint
  let remote: Endpoint
  /// When the dump began that does not have it.
  let time: Timestamp
  /// Whether the dump after that did not have it either, so that it has ended for certain.
  let isGone: Bool
}
