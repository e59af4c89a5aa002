import Connections
import Monitor

/// Actions that change something on the host: always confirmed, never with `--read-only`.
extension ScreenState {
  /// Opens the menu of signals for the processes of the tagged rows, or else of the selected one.
  mutating func askForSignal() {
    guard mayAct(), mayActNow() else { return }
    let targets = targets
    if targets.connections.isEmpty { return tellToSelect() }
    let owners = targets.connections.compactMap(\.owner)
    let processes = owners.filter { $0.pid != nil }.map(\.process)
    var seen: Set<Process.ID> = []
    let different = processes.filter { seen.insert($0.id).inserted }
    guard let first = different.first else {
      return tell(
        owners.isEmpty
          ? "Nothing to signal: select a row with a process"
          : "Nothing to signal: these sockets belong to the kernel",
        isProblem: true
      )
    }
    let what =
      different.count == 1
      ? "\(first.name), PID \(first.id.pid)" : "\(different.count) processes"
    let names =
      different.count == 1
      ? first.commandLine
      : different.map { "\($0.name) \($0.id.pid)" }.joined(separator: ", ")
    let items = ProcessSignal.all.map { signal in
      Menu.Item(
        text: "\(signal.number) ".padded(4) + signal.name.padded(8) + signal.meaning,
        action: .signal(signal, different.map(\.id))
      )
    }
    // Enter sends the first signal only if the process is the selected one.
    let areProven = owners.allSatisfy(\.isProven)
    let isCertain = different.count == 1 && targets.origin == .looked && areProven
    panes.append(
      .menu(
        Menu(
          title: ["Send a signal to \(what)"] + targets.notes(targets.connections)
            + (areProven ? [] : ["(owns the listener; may not hold the connection)"])
            + (names.map { [$0.prefixed(70)] } ?? []),
          items: [Menu.Item(text: "Cancel", action: nil)] + items,
          chosen: isCertain ? 1 : 0
        )
      )
    )
  }

  /// Asks whether to close the tagged connections, or else the selected one.
  mutating func askToClose() {
    guard mayAct(), mayActNow() else { return }
    if let closingRefusal { return tell(closingRefusal) }
    let targets = targets
    if targets.connections.isEmpty { return tellToSelect() }
    let live = targets.connections.filter { $0.end == nil }
    guard let first = live.first else {
      return tell("Nothing to close: select a live connection", isProblem: true)
    }
    let noun = first.isListener ? "listener" : "connection"
    let owner = first.owner.map { ", \($0.process.name)" } ?? ""
    let peer = first.isListener ? "" : " – \(first.remote)"
    let effect =
      live.allSatisfy(\.isListener)
      ? "New connections are refused; those not accepted yet are reset."
      : "The kernel sends a reset; the process gets ECONNABORTED."
    let title =
      live.count == 1
      ? ["Close this \(noun)?", "\(first.local)\(peer)\(owner)"]
      : ["Close \(ActionTargets.count(of: live))?"]
    let items = [
      Menu.Item(text: "Cancel", action: nil),
      Menu.Item(text: "Close", action: .close(live)),
    ]
    panes.append(
      .menu(
        Menu(
          title: title + targets.notes(live) + [effect],
          items: items
        )
      )
    )
  }

  /// Copies a command that shows the connection.
  mutating func copyCommand(_ index: Int) -> Action? {
    guard let connection = present else {
      tellToSelectConnection()
      return nil
    }
    let commands = commands(for: connection)
    guard !commands.isEmpty else {
      tell(
        "No command: nettop knows no process or name to enter its network namespace by",
        isProblem: true
      )
      return nil
    }
    let text = commands[min(index, commands.count - 1)].text
    tell("Copied: \(text)")
    return .copy(text)
  }

  /// Says why a key that is about one connection did nothing.
  mutating func tellToSelectConnection() {
    if selected == nil { return tellToSelect() }
    tell("Select a connection, not a group (+ shows its connections)")
  }

  /// Whether nettop may change something on the host; shows a message if it may not.
  mutating func mayAct() -> Bool {
    if base.isReadOnly {
      tell("Not available with --read-only", isProblem: true)
    }
    return !base.isReadOnly
  }

  /// The selected connection, `nil` if there is none or it is a group.
  var present: Connection? {
    for case .details(let pane) in panes { return pane.connection }
    guard let row = selected, !row.isGroup else { return nil }
    return model.table.connection(of: row)
  }

  /// The connections that a key acts on: the one in the details, the tagged ones that this view
  /// shows, or else what the selected row stands for.
  private var targets: ActionTargets {
    let table = model.table
    for case .details(let pane) in panes { return ActionTargets([pane.connection]) }
    let selected = selected.map { model.slots(of: $0) } ?? []
    let tagged = model.taggedSlots
    guard !tagged.isEmpty, tagged != selected.sorted() else {
      return ActionTargets(selected.compactMap { table[$0].map(table.connection) })
    }
    let isOfOthers = !selected.isEmpty && Set(selected).isDisjoint(with: tagged)
    return ActionTargets(
      tagged.compactMap { table[$0].map(table.connection) },
      isOfOthers ? .taggedElsewhere : .tagged
    )
  }
}

/// What a key acts on.
private struct ActionTargets {
  /// Why it acts on these.
  enum Origin {
    /// They are selected, or their details are open.
    case looked
    case tagged
    /// They are tagged, and nothing of the selected row is.
    case taggedElsewhere
  }

  let connections: [Connection]
  let origin: Origin

  init(_ connections: [Connection], _ origin: Origin = .looked) {
    self.connections = connections
    self.origin = origin
  }

  /// What the title of a menu says about its targets.
  func notes(_ connections: [Connection]) -> [String] {
    let count = Self.count(of: connections, "tagged ")
    switch origin {
    case .looked: return []
    case .tagged: return ["(\(count))"]
    case .taggedElsewhere: return ["(\(count), not the selected row)"]
    }
  }

  /// `2 connections and 1 listener`.
  static func count(of connections: [Connection], _ adjective: String = "") -> String {
    let listeners = connections.count(where: \.isListener)
    let counts = [(connections.count - listeners, "connection"), (listeners, "listener")]
    return counts.filter { $0.0 > 0 }
      .map { "\($0.0) \(adjective)\($0.1)\($0.0 == 1 ? "" : "s")" }
      .joined(separator: " and ")
  }
}

extension String {
  fileprivate func padded(_ columns: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, columns - count))
  }

  /// Its beginning, with `…` if there is more.
  fileprivate func prefixed(_ columns: Int) -> String {
    count <= columns ? self : "\(prefix(columns - 1))…"
  }
}
