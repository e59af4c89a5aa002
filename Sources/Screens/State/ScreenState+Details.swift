package import Connections
import Monitor

/// The details of a connection, for which the program queries the kernel.
extension ScreenState {
  /// The live connection whose details are on the screen: the program queries the kernel for it.
  /// For MPTCP it reports no more than the subflows do.
  package var detailed: Connection? {
    guard !showsPast, let pane = detailsPane, pane.connection.end == nil,
      pane.connection.proto != .mptcp
    else { return nil }
    return pane.connection
  }

  /// The process whose details are on the screen.
  package var detailedProcess: Process.ID? {
    showsPast ? nil : detailsPane?.connection.owner?.process.id
  }

  /// Records what the kernel reports about a connection; `nil` if it no longer has it.
  package mutating func learn(_ details: SocketDetails?, of id: Connection.ID) {
    if isPaused || showsPast { return }
    updateDetails { if $0.connection.id == id { $0.learn(details) } }
  }

  /// Records why the kernel reports nothing about a connection.
  package mutating func learn(_ refusal: ActionError, of id: Connection.ID) {
    if showsPast { return }
    updateDetails { if $0.connection.id == id { $0.refusal = refusal } }
  }

  package mutating func learn(_ details: ProcessDetails?, of id: Process.ID) {
    if showsPast { return }
    updateDetails { if $0.connection.owner?.process.id == id { $0.process = details } }
  }

  /// Opens the details of the selected connection, or goes to the connections of a group.
  mutating func open() {
    guard let row = selected else { return tellToSelect() }
    guard row.isGroup else {
      panes.append(.details(DetailsPane(model.table.connection(of: row))))
      return refreshDetails()
    }
    update { $0.folding.fold(row.id, !$0.folding.isFolded(row.id)) }
  }

  /// Records what the table knows of the connection now.
  mutating func refreshDetails() {
    let (table, showsPast) = (model.table, showsPast)
    updateDetails { pane in
      guard let slot = table.slot(of: pane.connection.id), let row = table[slot] else {
        pane.isAbsent = showsPast
        return
      }
      pane.isAbsent = false
      pane.connection = table.connection(of: row)
      pane.subflows = table.subflows(of: pane.connection)
      pane.series = table.series(of: row, slot)
      pane.seenAt = table.wall(table.time)
      pane.leastAge = row.leastAge(at: table.time)
      pane.isLikelyIncoming = row.likelyDirection != row.direction
    }
  }

  /// The facts that the details show.
  func facts(_ pane: DetailsPane) -> DetailsFacts {
    var facts = DetailsFacts(
      pane.connection,
      namespace: model.table.namespaces[pane.connection.netns],
      time: model.table.time,
      socket: pane.socket,
      isSocketGone: pane.isSocketGone,
      refusal: pane.refusal,
      previousSocket: pane.previousSocket,
      process: pane.process,
      subflows: pane.subflows,
      series: pane.series,
      interval: model.table.interval ?? 1,
      presentation: presentation,
      utcOffset: utcOffset
    )
    facts.wallOffset = model.table.wallOffset
    facts.seenAt = pane.seenAt
    facts.leastAge = pane.leastAge
    facts.isLikelyIncoming = pane.isLikelyIncoming
    facts.isPaused = isPaused
    facts.past = showsPast ? (pane.isAbsent ? .absent : .recorded) : nil
    facts.isPlaying = timeline?.isPlaying == true
    facts.now = showsPast ? timeline?.now : nil
    return facts
  }

  /// The commands that show a connection, the one of `ss` first.
  func commands(for connection: Connection) -> [DetailsCommand] {
    DetailsCommand.all(
      for: connection,
      in: model.table.namespaces[connection.netns],
      pid: connection.owner?.pid
    )
  }

  private var detailsPane: DetailsPane? {
    for case .details(let pane) in panes { return pane }
    return nil
  }

  mutating func updateDetails(_ body: (inout DetailsPane) -> Void) {
    for index in panes.indices {
      guard case .details(var pane) = panes[index] else { continue }
      body(&pane)
      panes[index] = .details(pane)
    }
  }
}
