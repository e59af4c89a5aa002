internal import CLibbpf

/// The kernel's own names for the reasons that it counts by number, as the running kernel describes
/// them (BTF): the numbers differ between kernels.
struct ReasonNames {
  private let names: [UInt32: String]

  /// The names of an enumeration of this kernel, without the prefix that all have; none where it
  /// has no such enumeration.
  init(of enumeration: String, prefix: String) {
    guard let btf = btf__load_vmlinux_btf() else {
      names = [:]
      return
    }
    defer { btf__free(btf) }
    let kind: UInt32 = 6  // BTF_KIND_ENUM, which is imported twice
    let id = btf__find_by_name_kind(btf, enumeration, kind)
    guard id > 0, let type = btf__type_by_id(btf, UInt32(id)) else {
      names = [:]
      return
    }
    let count = Int(type.pointee.info & 0xffff)
    let values = UnsafeRawPointer(type + 1).assumingMemoryBound(to: btf_enum.self)
    var names: [UInt32: String] = [:]
    for value in UnsafeBufferPointer(start: values, count: count) {
      guard let text = btf__name_by_offset(btf, value.name_off) else { continue }
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
  static let resets = ReasonNames(of: "sk_rst_reason", prefix: "SK_RST_REASON_")
  /// Why a packet was dropped, `enum skb_drop_reason`.
  static let drops = ReasonNames(of: "skb_drop_reason", prefix: "SKB_DROP_REASON_")
}
