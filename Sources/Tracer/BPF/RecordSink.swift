/// What a callback of libbpf, which knows but an address, finds its way back with.
class RecordSink {
  private(set) var receive: ((UnsafeRawBufferPointer) -> Void)?

  /// Hands over the records that come while `body` runs.
  final func handOver(
    to receive: (UnsafeRawBufferPointer) -> Void,
    while body: () -> Void
  ) {
    withoutActuallyEscaping(receive) { receive in
      self.receive = receive
      body()
      self.receive = nil
    }
  }
}
