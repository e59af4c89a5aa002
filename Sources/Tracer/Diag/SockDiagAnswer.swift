internal import CTracer
import Connections
import Glibc

/// What sock_diag answers about one socket: `struct inet_diag_msg` and its attributes.
struct SockDiagAnswer: Hashable, Sendable {
  private let fixed: KernelBytes
  private let attributes: [Int: KernelBytes]

  /// `nil` for a message of another kind.
  init?(_ message: NetlinkMessage) {
    guard message.type == SOCK_DIAG_BY_FAMILY,
      message.payload.count >= MemoryLayout<inet_diag_msg>.size
    else { return nil }
    fixed = message.payload
    attributes = message.attributes(after: MemoryLayout<inet_diag_msg>.size)
  }

  /// The cookie of the socket that answered: the lower half comes first, whatever the byte order.
  var cookie: UInt64 {
    UInt64(word(InetDiagOffset.cookie)) | UInt64(word(InetDiagOffset.cookie + 4)) << 32
  }

  /// The device that the socket is bound to, 0 for none.
  var interface: UInt32 { word(InetDiagOffset.interface) }

  /// `AF_INET` or `AF_INET6`: the socket's own, whatever its addresses are.
  var family: Int32 { Int32(fixed.number(at: InetDiagOffset.family, as: UInt8.self) ?? 0) }

  /// The details; `nil` for what is no full socket (`TIME-WAIT`, `SYN-RECV`), which has no figures.
  func details(of proto: TransportProtocol = .tcp, at time: Timestamp) -> SocketDetails? {
    guard
      var state = fixed.number(at: InetDiagOffset.state, as: UInt8.self).flatMap(SocketState.init)
    else { return nil }
    let info = attributes[INET_DIAG_INFO]
    if proto == .udp {
      if state == .closed { state = .unconnected }
    } else if info == nil {
      return nil
    }
    var details = SocketDetails(time: time, state: state)
    details.proto = proto
    let timer = fixed.number(at: InetDiagOffset.timer, as: UInt8.self)
    details.timer = timer.flatMap(SocketDetails.Timer.init) ?? .none
    details.timerExpires = word(InetDiagOffset.expires)
    details.receiveQueue = word(InetDiagOffset.receiveQueue)
    details.sendQueue = word(InetDiagOffset.sendQueue)
    if let info, proto != .udp { details.take(tcpInfo: info) }
    if let memory = attributes[INET_DIAG_SKMEMINFO] {
      details.memory = SocketDetails.Memory(memory)
    }
    details.congestionControl = attributes[INET_DIAG_CONG]?.text
    details.congestionDetails = CongestionFigures.all(attributes)
    let trafficClass = usesIPv6 ? INET_DIAG_TCLASS : INET_DIAG_TOS
    details.typeOfService = attributes[trafficClass]?.number(at: 0, as: UInt8.self)
    details.mark = attributes[INET_DIAG_MARK]?.number(at: 0, as: UInt32.self)
    return details
  }

  /// Whether the packets of the socket are those of IPv6.
  private var usesIPv6: Bool {
    let isMapped =
      word(InetDiagOffset.localAddress) == 0 && word(InetDiagOffset.localAddress + 4) == 0
      && word(InetDiagOffset.localAddress + 8) == UInt32(0xffff).bigEndian
    return family == AF_INET6 && !isMapped
  }

  private func word(_ offset: Int) -> UInt32 {
    fixed.number(at: offset, as: UInt32.self) ?? 0
  }
}

extension SocketDetails.Memory {
  /// The words of `INET_DIAG_SKMEMINFO`, `SK_MEMINFO_RMEM_ALLOC` to `SK_MEMINFO_DROPS`.
  fileprivate init(_ words: KernelBytes) {
    self.init()
    let order: [WritableKeyPath<Self, UInt32>] = [
      \.received, \.receiveBuffer, \.transmitted, \.sendBuffer, \.forwardAllocated, \.queued,
      \.options, \.backlog, \.drops,
    ]
    for (index, path) in order.enumerated() {
      self[keyPath: path] = words.number(at: 4 * index, as: UInt32.self) ?? 0
    }
  }
}
