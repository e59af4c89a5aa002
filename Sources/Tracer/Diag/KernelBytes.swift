/// Bytes that the kernel wrote: numbers are read by offset, and only as far as the bytes reach,
/// since a structure is longer on a newer kernel and shorter on an older one.
struct KernelBytes: Hashable, Sendable {
  private let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes[...]
  }

  var count: Int { bytes.count }

  /// A number in the byte order of this host; `nil` if it is not all there.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int,
    as type: Number.Type
  ) -> Number? {
    withUnsafeBytes { $0.number(at: offset, as: type) }
  }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    bytes.withUnsafeBytes(body)
  }

  /// The part from an offset on, at most this many bytes of it.
  func part(from offset: Int, count limit: Int = .max) -> KernelBytes {
    KernelBytes(bytes.dropFirst(offset).prefix(limit))
  }

  /// The text up to the first zero byte, with invalid UTF-8 repaired.
  var text: String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
