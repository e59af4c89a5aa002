import ArgumentParser
import Monitor
import Tracer

/// Options that are the same everywhere: what to follow and in which order.
struct TracingOptions: ParsableArguments {
  @Option(
    name: [.customShort("p", allowingJoined: true), .long],
    help: "Only connections of this process."
  )
  var pid: Int32?

  @Option(
    help: ArgumentHelp(
      "Only connections in this network namespace: its name or inode, the PID of a process in it, or the name or ID of a container.",
      valueName: "namespace"
    )
  )
  var netns: String?

  @Option(
    name: [.customShort("f"), .customLong("filter")],
    help: ArgumentHelp(
      "Only what matches: text, or conditions such as 'rport=443 rtt>50ms'. See nettop(1).",
      valueName: "expr"
    )
  )
  var expression = ""

  @Option(
    name: [.customShort("s", allowingJoined: true), .long],
    help: ArgumentHelp("Sort by this column, e.g. rate, rtt_us, pid.", valueName: "column")
  )
  var sort: String?

  @Flag(name: .shortAndLong, help: "Sort the other way round.")
  var reverse = false

  @Option(
    name: [.customShort("d", allowingJoined: true), .long],
    help: ArgumentHelp("Time between samples, 0.1 to 3600 seconds.", valueName: "seconds")
  )
  var delay: Double?

  @Option(
    name: [.customShort("n", allowingJoined: true), .long],
    help: ArgumentHelp("End after so many samples (list: 1) or lines (log).", valueName: "n")
  )
  var samples: Int?

  @Option(
    help: ArgumentHelp(
      "Follow at least so many connections, and flows of UDP, at once.",
      valueName: "n"
    )
  )
  var capacity: Int?

  @Flag(name: .customLong("no-udp"), help: "Follow TCP only.")
  var noUDP = false

  func validate() throws {
    do throws(FilterError) {
      _ = try Filter(parsing: expression)
    } catch {
      let lines = error.lines(for: expression)
      throw ValidationError((["The filter cannot be read:"] + lines).joined(separator: "\n"))
    }
    if let pid, pid <= 0 { throw ValidationError("--pid takes a PID, a number from 1.") }
    if let sort, Column.named(sort)?.isSortable != true {
      let names = Column.sortable.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no column '\(sort)'. Columns are: \(names).")
    }
    if let delay, !Settings.delays.contains(delay) {
      throw ValidationError("--delay takes seconds from 0.1 to 3600.")
    }
    if let samples, samples < 1 { throw ValidationError("--samples takes a number from 1.") }
    if let capacity, !(1...10_000_000).contains(capacity) {
      throw ValidationError("--capacity takes a number from 1 to 10000000.")
    }
  }

  /// Whether they choose what is shown, in which order or how often.
  var chooses: Bool {
    pid != nil || netns != nil || !expression.isEmpty || sort != nil || reverse || delay != nil
      || samples != nil
  }

  /// Changes settings as the options ask for.
  func apply(to settings: inout Settings) {
    if let delay { settings.delay = delay }
    if let column = sort.flatMap(Column.named) {
      settings.sort = column.id
      settings.isReversed = reverse
    } else if reverse {
      settings.isReversed.toggle()
    }
  }

  var configuration: Tracer.Configuration {
    var configuration = Tracer.Configuration()
    configuration.capacity = capacity
    if let capacity { configuration.flowCapacity = capacity }
    configuration.followsUDP = !noUDP
    return configuration
  }

  /// The filter that the options ask for; throws where there is no such process or namespace.
  func filter() throws -> Filter {
    var filter = try Filter(parsing: expression)
    if let pid {
      guard Process.exists(pid: pid) else {
        throw Failure("no process has the PID \(pid)", advice: "see `ps -e` for those there are")
      }
      filter = filter.and(try Filter().setting(.pid, to: "\(pid)"))
    }
    guard let netns else { return filter }
    let choice = NamespaceChoice()
    let chosen: NetworkNamespace
    do throws(NamespaceChoice.Failure) {
      chosen = try choice.namespace(netns)
    } catch {
      throw Failure(error.message, advice: error.advice)
    }
    let names = choice.all.map { $0.name ?? "\($0.inode)" }
    return filter.and(try Filter().setting(.namespace, to: chosen.name(among: names)))
  }
}

extension NetworkNamespace {
  /// The value that a filter knows it by: its name, or its inode where another has that name too
  /// but for the case, which filters ignore, or where it has its name from one of its processes.
  fileprivate func name(among names: [String]) -> String {
    if nameSource == .process { return "\(inode)" }
    let isAlone = names.count { $0.lowercased() == name?.lowercased() } == 1
    return name.flatMap { isAlone ? WildcardPattern.escaped($0) : nil } ?? "\(inode)"
  }
}
