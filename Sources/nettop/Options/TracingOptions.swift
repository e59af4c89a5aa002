import ArgumentParser
import Connections
import Monitor
import Resolver
import Tracer

/// Which connections are shown.
struct TracingOptions: ParsableArguments {
  @Option(
    name: [.customShort("p", allowingJoined: true), .long],
    help: "Only connections that this process holds, alone or with others.",
    completion: Completions.processes
  )
  var pid: Int32?

  @Option(
    help: ArgumentHelp(
      "Only connections in this network namespace: its name or inode, the PID of a process in it, or the name or ID of a container.",
      valueName: "namespace"
    ),
    completion: Completions.namespaces
  )
  var netns: String?

  @Option(
    name: [.customShort("f"), .customLong("filter")],
    help: ArgumentHelp(
      "Only what matches: text, or conditions such as 'rport=443 rtt>50ms'. See nettop(1).",
      valueName: "expr"
    ),
    completion: Completions.filter
  )
  var expression = ""

  func validate() throws {
    do throws(FilterError) {
      _ = try ServicePorts.with(SystemLookup.port(ofService:)) { () throws(FilterError) in
        try Filter(parsing: expression)
      }
    } catch {
      let lines = error.lines(for: expression)
      throw ValidationError((["Invalid filter:"] + lines).joined(separator: "\n"))
    }
    if let pid, pid <= 0 { throw ValidationError("--pid takes a PID, a positive number.") }
  }

  /// The options of these that were given.
  var given: [String] {
    (pid == nil ? [] : ["--pid"]) + (netns == nil ? [] : ["--netns"])
      + (expression.isEmpty ? [] : ["--filter"])
  }

  /// The filter that the options ask for; throws where there is no such process or namespace, or where
  /// the source cannot show its connections.
  ///
  /// - Parameters:
  ///   - isPast: whether it is for a recording, whose processes and namespaces this host need not have.
  ///   - source: what is to be filtered.
  func filter(isPast: Bool = false, of source: (any ConnectionSource)? = nil) throws -> Filter {
    let reach = SourceReach(source)
    var filter = try ServicePorts.with(SystemLookup.port(ofService:)) { () throws(FilterError) in
      try Filter(parsing: expression)
    }
    if let pid {
      guard isPast || Process.exists(pid: pid) else {
        throw Failure("no process has the PID \(pid)", advice: "`ps -e` lists those that exist")
      }
      try reach.check(pid: pid)
      filter = filter.and(try Filter().setting(.pid, to: "\(pid)"))
    }
    guard let netns else { return filter }
    if isPast { return filter.and(try Filter().setting(.namespace, to: netns)) }
    let choice = NamespaceChoice()
    let chosen: NetworkNamespace
    do throws(NamespaceChoice.Failure) {
      chosen = try choice.namespace(netns)
    } catch {
      // In a container only the kernel knows which one that is.
      if netns == "host", !reach.isLimited {
        return filter.and(try Filter().setting(.namespace, to: netns))
      }
      throw Failure(error.message, advice: error.advice)
    }
    try reach.check(chosen, called: netns)
    let names = choice.all.map { $0.name ?? "\($0.inode)" }
    return filter.and(try Filter().setting(.namespace, to: chosen.name(among: names)))
  }
}

extension NetworkNamespace {
  /// The value that a filter knows it by: its name, or its inode where another has that name too
  /// except for the case, which filters ignore, or where it has its name from one of its processes.
  fileprivate func name(among names: [String]) -> String {
    if nameSource == .process { return "\(inode)" }
    let isAlone = names.count { $0.lowercased() == name?.lowercased() } == 1
    return name.flatMap { isAlone ? WildcardPattern.escaped($0) : nil } ?? "\(inode)"
  }
}
