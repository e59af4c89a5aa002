import Connections

extension Address {
  /// An address from its 16 bytes in network order.
  init<Bytes>(networkOrder bytes: Bytes, zone: String? = nil) {
    self = withUnsafeBytes(of: bytes) { Address(networkOrder: $0, at: 0, zone: zone) }
  }

  /// Likewise, of bytes among others, which have to be all there.
  init(networkOrder bytes: UnsafeRawBufferPointer, at offset: Int, zone: String? = nil) {
    func half(_ offset: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    self.init(high: half(offset), low: half(offset + 8), zone: zone)
  }
}
