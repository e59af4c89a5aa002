import Connections
import Foundation
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// UDP in the views: flows among connections, sockets among listeners.
struct DatagramTests {
  private static let figures = Counters(
    bytesSent: 4000,
    bytesReceived: 90_000,
    packetsSent: 40,
    packetsReceived: 90,
    retransmits: nil,
    congestionWindow: nil,
    unread: nil,
    unacknowledged: nil,
    unsent: nil,
    drops: 3
  )

  private static let flow = Sample.connection(21, proto: .udp, counters: figures)
  private static let socket = Sample.connection(
    22,
    proto: .udp,
    local: Sample.endpoint("0.0.0.0", 53),
    remote: Sample.endpoint("0.0.0.0", 0),
    direction: .unknown,
    state: .unconnected,
    counters: Counters(congestionWindow: nil, unread: 700, unacknowledged: 0, drops: 0)
  )

  private func state() -> ScreenState {
    var state = Sample.state()
    state.apply(Sample.batch(2, [.upsert(Self.flow), .upsert(Self.socket)]))
    return state
  }

  @Test func flowsAreConnectionsAndSocketsListeners() {
    var state = state()
    let before = Sample.state().model.summary
    let summary = state.model.summary
    #expect(summary.flows == 1)
    #expect(summary.connections == before.connections + 1)
    #expect(summary.listeners == before.listeners + 1)
    #expect(summary[.established] == before[.established])
    let screen = state.screen(80, 24)
    #expect(screen.contains { $0.contains(", 1 UDP; 2 listeners") })
    #expect(screen.contains { $0.contains("192.0.2.1:443") && $0.contains(" UDP ") })
    #expect(!state.rows.contains { $0.id == Self.socket.id })
    state.type("5")
    #expect(state.rows.contains { $0.id == Self.socket.id })
  }

  @Test(arguments: ["udp", "proto=udp", "proto!=tcp", "UDP rport=443"])
  func filtersTellThemApart(_ filter: String) {
    var state = state()
    state.filter(filter)
    #expect(state.rows.map(\.id) == [Self.flow.id])
    #expect(state.model.summary.connections == 1)
  }

  @Test func figuresThatItHasNotAreAbsent() throws {
    var model = Model()
    model.apply(Sample.batch(0, [.upsert(Self.flow), .upsert(Self.socket)]))
    var text = ""
    JSONFormatter().write(model, to: &text)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.split(separator: "\n")[0].utf8))
        as? [String: Any]
    )
    #expect(object["proto"] as? String == "udp")
    #expect(object["state"] as? String == "ESTAB")
    #expect(object["bytes_received"] as? Int == 90_000)
    #expect(object["packets_sent"] as? Int == 40)
    for name in ["retransmits", "rtt_us", "cwnd", "unacked_bytes", "unsent_bytes"] {
      #expect(object[name] is NSNull, "\(name)")
    }
    // The queue of a UDP socket holds bytes, not connections.
    var listeners = Model(View(.listeners))
    listeners.apply(Sample.batch(0, [.upsert(Self.socket)]))
    text = ""
    JSONFormatter().write(listeners, to: &text)
    #expect(text.contains(#""unread_bytes":700"#))
    #expect(text.contains(#""accept_queue":null"#))
  }

  @Test func detailsAreThoseOfDatagrams() {
    var details = SocketDetails(time: Sample.time(1), state: .unconnected)
    details.proto = .udp
    details.memory.drops = 3
    var facts = DetailsFacts(Self.flow, time: Sample.time(1), socket: details)
    let text = DetailsView(facts).screen(100, 50).joined(separator: "\n")
    for part in ["UDP", "Datagrams", "90,000", "Memory of the socket", "protocol"] {
      #expect(text.contains(part), "\(part)")
    }
    for part in ["cwnd", "rttvar", "retrans", "RTT", "Retransmits"] {
      #expect(!text.contains(part), "\(part)")
    }
    #expect(
      facts.diagnosis?.verdict
        == "Not known yet whether datagrams are being dropped at this socket."
    )
    facts.previousSocket = details
    facts.socket?.time = Sample.time(2)
    #expect(facts.diagnosis?.verdict == "No datagrams were dropped at this socket recently.")
    facts.socket?.memory.drops = 10
    #expect(facts.diagnosis?.findings.map(\.cause) == [.drops])
    #expect(facts.diagnosis?.findings.first?.sentence.contains(": 7 ") == true)
  }

  @Test func theKernelIsAskedForDetails() {
    var state = state()
    state.filter("udp")
    state.press(.down)
    state.press(.enter)
    #expect(state.detailed?.id == Self.flow.id)
  }

  @Test func commandsShowUDP() {
    let host = Sample.namespaces[0]
    #expect(
      DetailsCommand.all(for: Self.flow, in: host, pid: nil).map(\.text) == [
        "ss -uainpemO src :40000",
        "tcpdump -ni any udp and host 10.0.0.5 and port 40000 and host 192.0.2.1 and port 443",
      ]
    )
    #expect(
      DetailsCommand.all(for: Self.socket, in: host, pid: nil).map(\.text) == [
        "ss -ulinpemO src 0.0.0.0:53", "tcpdump -ni any udp and port 53",
      ]
    )
  }
}
