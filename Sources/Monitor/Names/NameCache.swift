package import Connections

/// Which names are known, which are being asked for, and which are due: the resolver's part without
/// clocks, threads and name servers.
///
/// Only what was wanted last waits for its turn: the rest has left the screen.
package struct NameCache: Sendable {
  package struct Limits: Hashable, Sendable {
    /// How many lookups go on at once.
    package var inFlight = 4
    /// How many addresses wait.
    package var waiting = 256
    /// How many answers are kept.
    package var answers = 4096
    /// For how many seconds a name holds.
    package var positiveSeconds = 600.0
    /// For how many seconds it holds that an address has no name.
    package var negativeSeconds = 60.0

    package init() {}
  }

  private struct Answer: Sendable {
    let until: Double
    /// The moment that it was last wanted.
    var wantedAt: Double
  }

  private let limits: Limits
  private var answers: [Address: Answer] = [:]
  private var waiting: [Address] = []
  private var inFlight: Set<Address> = []
  /// The names known by now. A name stays until its lookup was repeated.
  package private(set) var names: Names

  package init(limits: Limits = Limits()) {
    self.limits = limits
    names = Names()
  }

  /// Takes in the names of services.
  package mutating func learn(services: [UInt16: String]) { names.set(services: services) }

  /// Notes which addresses names are wanted of, at a moment in seconds of a clock that never goes
  /// back.
  package mutating func want(_ addresses: some Sequence<Address>, at now: Double) {
    var seen = Set(inFlight)
    var wanted: [Address] = []
    for address in addresses where !address.isUnspecified && seen.insert(address).inserted {
      if let answer = answers[address], now < answer.until {
        answers[address]?.wantedAt = now
      } else {
        wanted.append(address)
      }
    }
    waiting = Array(wanted.prefix(limits.waiting))
  }

  /// The next address to look up; `nil` if none waits, or as many as may be are looked up.
  package mutating func next() -> Address? {
    guard inFlight.count < limits.inFlight, !waiting.isEmpty else { return nil }
    let address = waiting.removeFirst()
    inFlight.insert(address)
    return address
  }

  /// Records what a lookup gave, `nil` for no name.
  package mutating func finish(_ address: Address, _ name: String?, at now: Double) {
    inFlight.remove(address)
    let seconds = name == nil ? limits.negativeSeconds : limits.positiveSeconds
    answers[address] = Answer(until: now + seconds, wantedAt: now)
    names.set(name, of: address)
    if answers.count > limits.answers { forget() }
  }

  /// Whether nothing is being looked up, nor waits.
  package var isIdle: Bool { inFlight.isEmpty && waiting.isEmpty }

  /// Forgets the half of the answers that has not been wanted for longest.
  private mutating func forget() {
    let old = answers.sorted { $0.value.wantedAt < $1.value.wantedAt }
    for (address, _) in old.prefix(answers.count - limits.answers / 2) {
      answers[address] = nil
      names.set(nil, of: address)
    }
  }
}
