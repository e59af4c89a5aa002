import Connections

extension DetailsGroup {
  static let connection = DetailsGroup(
    "Connection",
    [
      DetailsFigure("local", "address and port of this end", isLong: true) {
        $0.connection.local.isNone ? nil : $0.connection.local.description
      },
      DetailsFigure("remote", "address and port of the peer", isLong: true, isOptional: true) {
        $0.connection.remote.isNone ? nil : $0.connection.remote.description
      },
      DetailsFigure("protocol", "udp or mptcp, if not tcp", isOptional: true) {
        $0.connection.proto == .tcp ? nil : $0.connection.proto.name
      },
      DetailsFigure(
        "direction",
        "out: connected; in: accepted (inferred: faint)"
      ) {
        if $0.isLikelyIncoming { return "in  (inferred)" }
        return $0.connection.direction == .unknown ? nil : $0.connection.direction.name
      },
      DetailsFigure("netns", "network namespace") { facts in
        facts.namespace?.name.map { "\($0)  \(facts.connection.netns)" }
          ?? "\(facts.connection.netns)"
      },
      DetailsFigure("opened", "time it was opened; - if before nettop started") { facts in
        facts.connection.openedAt.map(facts.timeOfDay)
      },
      DetailsFigure("age", "how long it has been, or was, open") { facts in
        guard let openedAt = facts.connection.openedAt else {
          return facts.leastAge.map(DurationText.atLeast)
        }
        return DurationText.age((facts.connection.end?.at ?? facts.time).seconds(since: openedAt))
      },
      DetailsFigure("closed", "when it ended, and why", isOptional: true) { facts in
        facts.connection.end.map {
          "\(facts.timeOfDay($0.at))  \($0.reason.name)"
        }
      },
      DetailsFigure("sk", "socket cookie: its identity") {
        String($0.connection.id.cookie, radix: 16)
      },
      DetailsFigure("subflow of", "sk of the MPTCP connection it belongs to", isOptional: true) {
        $0.connection.parent.map { String($0.cookie, radix: 16) }
      },
      DetailsFigure(
        "subflows",
        "their sk and endpoints",
        isLong: true,
        isOptional: true
      ) { facts in
        facts.subflows.isEmpty
          ? nil : facts.subflows.map(subflowText).joined(separator: ", ")
      },
    ]
  )

  /// `32a3f3b 10.0.0.1:4711 10.0.0.2:443`; why, where it has ended.
  private static func subflowText(_ subflow: Connection) -> String {
    let ended = subflow.end.map { " \($0.reason.name)" } ?? ""
    return "\(String(subflow.id.cookie, radix: 16)) \(subflow.local) \(subflow.remote)\(ended)"
  }

  static let owner = DetailsGroup(
    "Owner",
    [
      DetailsFigure("process", "name and PID") { facts in
        facts.connection.owner.map { owner in
          let name = owner.nameText(isASCII: facts.isASCII)
          return owner.pid.map { "\(name)  \($0)" } ?? name
        }
      },
      DetailsFigure(
        "holders",
        "processes that hold the socket, owner first",
        isLong: true,
        isOptional: true
      ) { facts in
        guard let owner = facts.connection.owner, !owner.others.isEmpty else { return nil }
        return owner.processes.map(\.nameAndPID).joined(separator: ", ")
      },
      DetailsFigure("user", "user it runs as, and the UID") { facts in
        facts.connection.owner.flatMap { owner in
          owner.process.user.map { "\($0)  \(owner.process.uid)" } ?? owner.process.userText
        }
      },
      DetailsFigure("group", "GID it runs as", isOptional: true) { facts in
        (facts.connection.owner?.process.gid).map { "\($0)" }
      },
      DetailsFigure("container", "container, machine or service; its runtime", isOptional: true) {
        facts in
        (facts.connection.owner?.process.container).map { "\($0.label)  \($0.runtime.name)" }
      },
      DetailsFigure("known by", "how the owner is known: a call or a scan") {
        $0.connection.owner?.sourceText
      },
      DetailsFigure("started", "how long the process has been running") { facts in
        facts.connection.owner.flatMap { owner in
          owner.pid.map { _ in DurationText.age(facts.time.seconds(since: owner.process.startedAt))
          }
        }
      },
      DetailsFigure("threads", "threads of the process") {
        ($0.process?.threads).map { Quantity.grouped($0) }
      },
      DetailsFigure("open files", "open files and sockets of the process") {
        ($0.process?.openFiles).map { Quantity.grouped($0) }
      },
      DetailsFigure("command", "command line", isLong: true) { facts in
        let words = facts.process.map { $0.arguments.map(ShellWord.quoted) } ?? []
        return words.isEmpty
          ? facts.connection.owner?.process.commandLine : words.joined(separator: " ")
      },
      DetailsFigure("executable", "path of the program", isLong: true) {
        $0.process?.executable ?? $0.connection.owner?.process.executable
      },
      DetailsFigure("directory", "working directory", isLong: true) { $0.process?.directory },
      DetailsFigure("cgroup", "control group: the service or container", isLong: true) {
        $0.process?.cgroup ?? $0.connection.owner?.process.cgroup
      },
      DetailsFigure("parents", "ancestors, from the parent up", isLong: true) { facts in
        let parents = facts.process?.ancestors ?? []
        if parents.isEmpty { return nil }
        let arrow = facts.isASCII ? " < " : " ← "
        return parents.map { "\($0.name) \($0.pid)" }.joined(separator: arrow)
      },
    ]
  )

  /// What nettop itself knows, for sockets that the kernel no longer has.
  static let lastFigures = DetailsGroup(
    "Last figures",
    of: [.connection, .closed],
    [
      counted("bytes_sent", "payload sent, each byte counted once") { figures, text in
        text.bytes(figures.known(\.bytesSent, .bytes))
      },
      counted("bytes_received", "payload received") { figures, text in
        text.bytes(figures.known(\.bytesReceived, .bytes))
      },
      counted("segs_out", "segments sent") { figures, text in
        text.count(figures.known(\.packetsSent, .packets))
      },
      counted("segs_in", "segments received") { figures, text in
        text.count(figures.known(\.packetsReceived, .packets))
      },
      counted("retrans", "segments retransmitted") { $1.count($0.retransmits) },
      counted("rtt", "smoothed round-trip time") { $1.microseconds($0.rtt) },
      counted("rttvar", "its mean deviation") { $1.microseconds($0.rttVariance) },
      counted("minrtt", "lowest recent round-trip time") { $1.microseconds($0.minRTT) },
      counted("cwnd", "congestion window") { $1.segments($0.congestionWindow) },
      counted("Recv-Q", "received, not read by the process") { $1.bytes($0.unread) },
      counted("Send-Q", "written, not acknowledged by the peer") { $1.bytes($0.unacknowledged) },
      counted("notsent", "written, not sent yet") { $1.bytes($0.unsent) },
    ]
  )

  /// What a UDP socket exchanged with one remote end, or with all others.
  static let datagrams = DetailsGroup(
    "Datagrams",
    of: [.datagrams],
    [
      counted("bytes_sent", "payload sent") { $1.bytes($0.bytesSent) },
      counted("bytes_received", "payload received for the socket") { $1.bytes($0.bytesReceived) },
      counted("sent", "datagrams sent") { $1.count($0.packetsSent) },
      counted("received", "datagrams received, dropped ones included") {
        $1.count($0.packetsReceived)
      },
      counted("drops", "dropped at the socket, mostly on a full buffer") { $1.count($0.drops) },
    ]
  )

  private static func counted(
    _ label: String,
    _ meaning: String,
    _ value: @escaping @Sendable (Counters, FigureText) -> String?
  ) -> DetailsFigure {
    DetailsFigure(label, meaning) { facts in
      value(facts.connection.counters, FigureText(presentation: facts.presentation))
    }
  }
}
