internal import CLibbpf

/// The kernel's own names for the reasons that it counts by number, as the running kernel describes
/// them (BTF): the numbers differ between kernels.
struct ReasonNames: Sendable {
  private let names: [UInt32: String]

  /// The names of an enumeration of this kernel, without the prefix that all have; none where it
  /// has no such enumeration.
  private init(of enumeration: String, prefix: String, in types: OpaquePointer?) {
    let kind: UInt32 = 6  // BTF_KIND_ENUM, which is imported twice
    let id = types.map { btf__find_by_name_kind($0, enumeration, kind) } ?? 0
    guard let types, id > 0, let type = btf__type_by_id(types, UInt32(id)) else {
      names = [:]
      return
    }
    let count = Int(type.pointee.info & 0xffff)
    let values = UnsafeRawPointer(type + 1).assumingMemoryBound(to: btf_enum.self)
    var names: [UInt32: String] = [:]
    for value in UnsafeBufferPointer(start: values, count: count) {
      guard let text = btf__name_by_offset(types, value.name_off) else { continue }
      let name = String(cString: text)
      names[UInt32(bitPattern: value.val)] =
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    }
    self.names = names
  }

  /// `TCP_ABORT_ON_DATA`; the number of a reason that is not in the enumeration, as those of kernel
  /// modules are.
  subscript(reason: UInt32) -> String { names[reason] ?? "\(reason)" }
}

extension ReasonNames {
  /// Why a reset was sent, `enum sk_rst_reason`.
  ///
  /// - Parameter types: of the running kernel; `nil` where it does not describe them.
  static func resets(in types: OpaquePointer?) -> ReasonNames {
    ReasonNames(of: "sk_rst_reason", prefix: "SK_RST_REASON_", in: types)
  }

  /// Why a packet was dropped, `enum skb_drop_reason`.
  static func drops(in types: OpaquePointer?) -> ReasonNames {
    ReasonNames(of: "skb_drop_reason", prefix: "SKB_DROP_REASON_", in: types)
  }
}
