import CTracer
import Testing

@testable import Tracer

@Suite struct VerifierEffortTests {
  private static let loaded = [
    "state_changed", "state_missed", "destroyed", "error_reported", "retransmitted", "reset_sent",
    "udp_created", "udp_released", "datagram_sent", "datagram_received", "pass_typed", "pass_flows",
    "scan_files", "scan_namespace", "scan_udp",
  ]

  @Test(arguments: 1...4)
  func `each share takes about as long`(shares: Int) {
    let places = VerifierEffort.distribute(Self.loaded, over: shares)
    #expect(Set(places.keys) == Set(Self.loaded))
    var efforts = [Int](repeating: 0, count: shares)
    for (program, share) in places { efforts[share] += VerifierEffort.of(program) }
    let longest = Self.loaded.map(VerifierEffort.of).max() ?? 0
    let fair = efforts.reduce(0, +) / shares
    #expect(efforts.allSatisfy { $0 <= max(longest, fair * 11 / 10) })
  }

  @Test func `it is known of programs that there are`() throws {
    let object = try BPFObject(
      bytes: nettop_tracer_bytes(),
      size: Int(nettop_tracer_size()),
      name: "nettop"
    )
    for program in VerifierEffort.known.keys {
      #expect(throws: Never.self) { try object.program(program) }
    }
  }
}
