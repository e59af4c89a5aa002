internal import CLibbpf
internal import CTracer
import Connections
import SystemPackage

/// How many packets of each socket were dropped, by reason: what the map `drops` counts, read when
/// something was added to it.
final class DropCounts {
  private let descriptor: Int32
  private let capacity: Int
  private let names: ReasonNames
  private var drops: [UInt64: [LossCauses.Drop]] = [:]
  private var entries = 0
  /// What had been added to the map when it was read last.
  private var counted: UInt64 = 0

  init(_ map: OpaquePointer, names: ReasonNames) {
    descriptor = bpf_map__fd(map)
    capacity = Int(bpf_map__max_entries(map))
    self.names = names
  }

  /// The dropped packets of a socket, the most frequent reason first.
  subscript(cookie: UInt64) -> [LossCauses.Drop] { drops[cookie] ?? [] }

  /// The sockets that have dropped packets.
  var cookies: Set<UInt64> { Set(drops.keys) }

  /// Whether sockets that have ended should be reported, to make room.
  var isCrowded: Bool { entries > capacity / 2 }

  /// Reads the map if there were additions since it was read.
  ///
  /// - Parameter counted: all additions so far.
  func refresh(counted: UInt64) {
    guard counted != self.counted else { return }
    self.counted = counted
    drops.removeAll(keepingCapacity: true)
    entries = 0
    forEach { key, packets in
      entries += 1
      drops[key.cookie, default: []].append(
        LossCauses.Drop(reason: names[key.reason], packets: packets)
      )
    }
    for (cookie, list) in drops where list.count > 1 {
      drops[cookie] = list.sorted { ($1.packets, $0.reason) < ($0.packets, $1.reason) }
    }
  }

  /// Forgets the sockets that have ended.
  func forget(where hasEnded: (UInt64) -> Bool) {
    let ended = drops.keys.filter(hasEnded)
    if ended.isEmpty { return }
    let gone = Set(ended)
    var keys: [nettop_drop] = []
    forEach { key, _ in if gone.contains(key.cookie) { keys.append(key) } }
    for var key in keys { bpf_map_delete_elem(descriptor, &key) }
    for cookie in ended { drops[cookie] = nil }
    entries -= keys.count
  }

  private func forEach(_ body: (nettop_drop, UInt64) -> Void) {
    var keys = [nettop_drop](repeating: nettop_drop(), count: capacity)
    var values = [UInt64](repeating: 0, count: capacity)
    var place: UInt32 = 0
    var isFirst = true
    while true {
      var count = UInt32(capacity)
      let result = withUnsafeMutablePointer(to: &place) { place in
        let start = isFirst ? nil : place
        return bpf_map_lookup_batch(descriptor, start, place, &keys, &values, &count, nil)
      }
      // ENOENT: the last of them.
      guard result == 0 || result == -Errno.noSuchFileOrDirectory.rawValue else { return }
      for index in 0..<Int(count) { body(keys[index], values[index]) }
      if result != 0 { return }
      isFirst = false
    }
  }
}
