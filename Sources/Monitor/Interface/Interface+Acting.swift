import Tracer

/// What changes something on the host: always confirmed, never under `--read-only`.
extension Interface {
  /// Opens the menu of signals for the processes of the tagged rows, or else of the selected one.
  mutating func askForSignal() {
    guard mayAct() else { return }
    let owners = targets.compactMap(\.owner)
    let processes = owners.filter { $0.pid != nil }.map(\.process)
    var seen: Set<Process.ID> = []
    let different = processes.filter { seen.insert($0.id).inserted }
    guard let first = different.first else {
      return tell(
        owners.isEmpty
          ? "no process is known here to send a signal to"
          : "these sockets are the kernel's own: no process has them to send a signal to",
        isProblem: true
      )
    }
    let title =
      different.count == 1
      ? ["Send a signal to \(first.name), PID \(first.id.pid)"]
        + (first.commandLine.map { [String($0.prefix(70))] } ?? [])
      : ["Send a signal to \(different.count) processes"]
        + [different.map { "\($0.name) \($0.id.pid)" }.joined(separator: ", ").prefixed(70)]
    let items = ProcessSignal.all.map { signal in
      Menu.Item(
        text: "\(signal.number) ".padded(4) + signal.name.padded(8) + signal.meaning,
        action: .signal(signal, different.map(\.id))
      )
    }
    panes.append(.menu(Menu(title: title, items: items)))
  }

  /// Asks whether to close the tagged connections, or else the selected one.
  mutating func askToClose() {
    guard mayAct() else { return }
    let live = targets.filter { $0.end == nil }
    guard let first = live.first else {
      return tell("there is no live connection here to close", isProblem: true)
    }
    let what =
      live.count == 1
      ? "\(first.local) – \(first.remote)" : "\(live.count) connections and listeners"
    let owner = live.count == 1 ? first.owner.map { ", \($0.process.name)" } ?? "" : ""
    let noun = first.isListener ? "listener" : "connection"
    let title = [
      live.count > 1 ? "Close all of these?" : "Close this \(noun)?",
      "\(what)\(owner)",
      "The kernel sends a reset; the process gets ECONNABORTED.",
    ]
    let items = [
      Menu.Item(text: "Leave it", action: nil),
      Menu.Item(text: "Close it", action: .close(live)),
    ]
    panes.append(.menu(Menu(title: title, items: items)))
  }

  /// Copies a command that shows the connection.
  mutating func copyCommand(_ index: Int) -> Action? {
    guard let connection = present else {
      tell("select a connection first: Up and Down do that")
      return nil
    }
    let commands = commands(for: connection)
    guard !commands.isEmpty else {
      tell("its network namespace has neither a name nor a process to enter it by", isProblem: true)
      return nil
    }
    let text = commands[min(index, commands.count - 1)].text
    tell("copied: \(text)")
    return .copy(text)
  }

  private mutating func mayAct() -> Bool {
    if base.isReadOnly {
      tell("nettop runs with --read-only: it changes nothing on this host", isProblem: true)
    }
    return !base.isReadOnly
  }

  /// The connection that is looked at, `nil` where it is none or a group.
  private var present: Connection? {
    for case .details(let pane) in panes { return pane.connection }
    guard let row = selected, !row.isGroup else { return nil }
    return model.table.connection(of: row)
  }

  /// The connections that a key acts on: the one in the details, the tagged ones, or else what the
  /// selected row stands for.
  private var targets: [Connection] {
    let table = model.table
    for case .details(let pane) in panes { return [pane.connection] }
    let tagged = (0..<table.bound).compactMap { table[$0] }.filter(\.isTagged)
    if !tagged.isEmpty { return tagged.map(table.connection) }
    guard let row = selected else { return [] }
    return model.slots(of: row).compactMap { table[$0].map(table.connection) }
  }
}

extension String {
  fileprivate func padded(_ columns: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, columns - count))
  }

  /// Its beginning, with `…` where there is more.
  fileprivate func prefixed(_ columns: Int) -> String {
    count <= columns ? self : "\(prefix(columns - 1))…"
  }
}
