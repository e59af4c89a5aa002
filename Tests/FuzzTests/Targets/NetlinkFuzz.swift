import Connections

@testable import Tracer

/// A datagram of any bytes: messages, answers about sockets, and all that is made of them.
func fuzzNetlink(_ bytes: [UInt8]) {
  let time = Timestamp(nanoseconds: 0)
  let messages = NetlinkMessage.all(in: KernelBytes(bytes))
  precondition(messages.map { $0.payload.count + 16 }.reduce(0, +) <= bytes.count)
  for message in messages {
    _ = message.attributes(after: 0)
    guard let answer = SockDiagAnswer(message) else { continue }
    for proto in [TransportProtocol.tcp, .udp, .mptcp] {
      guard let details = answer.details(of: proto, at: time) else { continue }
      precondition(details.time == time)
    }
  }
}
