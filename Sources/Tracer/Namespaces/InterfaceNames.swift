import Connections
import Glibc

/// The names of network devices, each asked for now and then: an index is a device's own for as long
/// as its namespace lives, and its name can be changed.
struct InterfaceNames {
  /// Where a device is.
  struct Place: Hashable {
    /// The inode of its namespace.
    let netns: UInt32
    let index: UInt32
  }

  /// Asks for a name; a process that is likely in the namespace is known or not.
  private let look: (Place, Int32?) -> String?
  private var names: [Place: (text: String, isFresh: Bool)] = [:]
  private var nextLook: Timestamp?
  /// `net_cookie` of each namespace.
  private var cookies: [UInt32: UInt64] = [:]

  /// How many are kept.
  private static let limit = 4096
  /// Seconds after which a name is asked for again.
  private static let period = 30.0

  init(_ look: @escaping (Place, Int32?) -> String?) {
    self.look = look
  }

  /// Enters namespaces to ask.
  init(finder: NamespaceFinder) {
    self.init { place, holder in
      let name = try? finder.inNamespace(place.netns, holder: holder) { Self.name(place.index) }
      return name ?? nil
    }
  }

  /// That of a device in the namespace of the calling thread.
  private static func name(_ index: UInt32) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(IF_NAMESIZE) + 1)
    guard if_indextoname(index, &buffer) != nil else { return nil }
    return String(
      decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(truncatingIfNeeded:)),
      as: UTF8.self
    )
  }

  /// The zone of link-local addresses of a device: its name, or its index where that is not known
  /// or has unusual bytes; `nil` for no device.
  ///
  /// - Parameters:
  ///   - cookie: `net_cookie` of the namespace, where that is known: its inode is used again.
  ///   - holder: a process that is likely in the namespace.
  mutating func zone(_ place: Place, cookie: UInt64? = nil, holder: Int32? = nil) -> String? {
    if place.index == 0 { return nil }
    if let cookie, cookies.updateValue(cookie, forKey: place.netns) ?? cookie != cookie {
      names = names.filter { $0.key.netns != place.netns }
    }
    let known = names[place]
    if let known, known.isFresh { return known.text }
    if names.count >= Self.limit {
      names = [:]
      cookies = [:]
    }
    let name =
      look(place, holder).flatMap { Address.isZone($0) ? $0 : nil }
      // The last name of a device whose namespace cannot be entered any more.
      ?? known?.text ?? "\(place.index)"
    names[place] = (name, true)
    return name
  }

  /// Lets names that have been known for a while be asked for again.
  mutating func expire(at now: Timestamp) {
    if let nextLook, now < nextLook { return }
    nextLook = Timestamp(nanoseconds: now.nanoseconds + Int64(Self.period * 1e9))
    for place in names.keys { names[place]?.isFresh = false }
  }
}
