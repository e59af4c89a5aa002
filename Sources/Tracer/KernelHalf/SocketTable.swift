internal import CTracer
import SystemPackage

/// The kernel half's table of followed sockets. It grows with their number, up to a limit.
final class SocketTable {
  /// The cookies of a bucket: `NETTOP_BUCKET_SLOTS` of them.
  private typealias Bucket = SIMD16<UInt64>

  private let shared: SharedValue<nettop_table>
  private let buckets: SharedArray<Bucket>
  private let slots: ChunkedMap

  /// Gives the maps the room that they can ever need. Before they are created.
  static func prepare(_ object: BPFObject, _ size: TableSize) throws(Errno) {
    try object.resize("buckets", to: size.most / Bucket.scalarCount)
    try object.resize("slots", to: max(size.most / Int(NETTOP_CHUNK_SLOTS), 1))
  }

  /// The number of buckets that it begins with.
  static func firstBuckets(_ size: TableSize) -> UInt32 { UInt32(size.first / Bucket.scalarCount) }

  /// Gives it its first slots. After `createMaps`, before any program runs.
  init(_ object: BPFObject, _ size: TableSize) throws(Errno) {
    shared = try SharedValue(try object.map(".data.table"))
    buckets = try SharedArray(try object.map("buckets"))
    slots = try object.chunked("slots")
    try slots.grow(to: size.first)
    table.pointee.buckets = Self.firstBuckets(size)
  }

  private var table: UnsafeMutablePointer<nettop_table> { shared.pointer }

  private var bucketCount: Int { min(Int(table.pointee.buckets), buckets.count) }

  /// What the kernel takes for its slots, in bytes.
  var slotBytes: UInt64 { slots.bytes }

  /// Makes it larger where a socket hardly found room. To be called often: what finds no room until
  /// then is lost.
  ///
  /// - Returns: whether it is larger now. Where there is no memory for it, the next call tries again.
  @discardableResult
  func growIfCrowded() -> Bool {
    guard table.pointee.crowded != 0, bucketCount < buckets.count else { return false }
    let larger = bucketCount * Int(NETTOP_TABLE_GROWTH)
    do throws(Errno) {
      try slots.grow(to: larger * Bucket.scalarCount)
    } catch {
      return false
    }
    // Last: from now on the programs take new slots.
    table.pointee.buckets = UInt32(larger)
    table.pointee.crowded = 0
    return true
  }

  /// The cookies of all sockets that are followed at this moment.
  func liveCookies() throws(Errno) -> Set<UInt64> {
    try buckets.read(first: bucketCount) { buckets in
      var cookies: Set<UInt64> = []
      for bucket in buckets {
        for index in bucket.indices where bucket[index] != 0 { cookies.insert(bucket[index]) }
      }
      return cookies
    }
  }
}
